// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "bake/planned_file.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// Writes a file or link that is not there, below folders that are created as needed, each name
// looked up within the root. Not for an image itself: nothing is synced, nothing recorded.
Result<void> write_planned(const Root& root, const PlannedFile& file);

// The nearest folder of a path that is there, without links, and what comes below it.
struct DeepestFolder {
    std::string there;                 // "" for the root
    std::vector<std::string> missing;  // names of folders, the outermost first
};
Result<DeepestFolder> deepest_folder(const Root& root, const std::string& path);

// The path without links and "..": what is missing of it comes as it is.
Result<std::string> settle_path(const Root& root, const std::string& path);

}  // namespace netpoll_shim
