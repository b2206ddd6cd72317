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
// module's built-in table would do other than the verdicts say; nothing where it would not. The
// table was made from the shipped database; `besides_shipped` says what else this one is made of.
std::optional<PlannedFile> policy_file(const std::vector<JudgedKernel>& kernels,
                                       const Database& database, const std::string& besides_shipped,
                                       bool force);

}  // namespace netpoll_shim
