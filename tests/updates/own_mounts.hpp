// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace updates {

// Does the work in a process that mounts what it likes, seen by nobody else. Returns what the work
// returns: what is wrong, "" where nothing is; nothing where such a process is not possible.
std::optional<std::string> in_own_mounts(const std::function<std::string()>& work);

// An empty file system in place of what is there; throws where it cannot be.
void mount_empty(const std::string& path, const std::string& options = "size=64m");

}  // namespace updates
