// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/result.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

// Folders opened name by name: what lies below one that was opened can be planted, but not as a
// symbolic link to somewhere else.

// The folder `name` in `parent`; nothing where there is none. Fails with database_invalid where it
// is a link or a file. `path` is for errors.
Result<std::optional<UniqueFd>> open_folder_at(const UniqueFd& parent, const std::string& name,
                                               const std::string& path);

// The same, made where it is not there yet.
Result<UniqueFd> make_folder_at(const UniqueFd& parent, const std::string& name,
                                const std::string& path);

// The names in a folder, without "." and "..".
std::vector<std::string> names_in(const UniqueFd& folder);

// Removes what is in a folder, one level, and the folder. As much as can be.
void remove_folder_at(const UniqueFd& parent, const std::string& name);

}  // namespace netpoll_shim
