// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bake/planned_file.hpp"
#include "commands/check_image.hpp"
#include "database/database.hpp"

namespace netpoll_shim {

// The policy for whoever loads the module without naming one (the softdep, an initramfs), where the
// module's built-in table would do other than the verdicts say; nothing where it would not.
// `has_local` says that the database is not the one which that table was made from.
std::optional<PlannedFile> policy_file(const std::vector<JudgedKernel>& kernels,
                                       const Database& database, bool has_local, bool force);

}  // namespace netpoll_shim
