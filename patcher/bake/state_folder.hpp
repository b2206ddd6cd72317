// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "bake/manifest.hpp"

namespace netpoll_shim {

// The last steps of an undo, from the originals to the manifest and the folders that have it.

// Whether it is one of the folders that lead to the manifest.
bool leads_to_manifest(const std::string& folder);

// Of the folders that the bake creates for its manifest: while there is none, their mode tells them
// from a package's.
constexpr mode_t closed_mode = 0700;
constexpr mode_t open_mode = 0755;
Result<void> set_state_modes(const Root& root, const Manifest& manifest, mode_t mode);

// Removes all that a bake keeps of itself, the manifest last, and the folders that it created.
Result<void> remove_state(const Root& root, const Manifest& manifest);

// Sets a folder's time of change. Does nothing where it is gone.
Result<void> set_time(const Root& root, const std::string& folder, const timespec& time);

// Removes a file, or an empty folder; it may be gone, a folder may be in use.
Result<void> remove_file(const Root& root, const std::string& path);
Result<void> remove_folder(const Root& root, const std::string& path);

}  // namespace netpoll_shim
