// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "bake/manifest.hpp"
#include "bake/planned_file.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// Says of each file whether it is there. Fails where something else is in its place that no bake
// has put there, or that was changed since.
Result<void> find_states(const Root& root, const std::optional<Manifest>& earlier,
                         std::vector<PlannedFile>& files);

}  // namespace netpoll_shim
