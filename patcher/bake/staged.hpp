// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "bake/manifest.hpp"

namespace netpoll_shim {

// The name that an entry has beside its place until it is put there.
std::string staged_name(std::size_t entry);
// Where what an entry replaces is kept.
std::string original_path(std::size_t entry);

// Writes a small file of the bake's own in one step: the old one is there, or the new one.
Result<void> stage_text(const Root& root, const std::string& path, const std::string& name,
                        const std::string& text);

// Renames within a directory, and has that on the disk.
Result<void> put_in_place(const Root::Spot& spot, const std::string& staged);

// A place to change. Errors name the path.
Result<Root::Spot> find_spot(const Root& root, const std::string& path);

}  // namespace netpoll_shim
