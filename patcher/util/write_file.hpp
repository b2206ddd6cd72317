// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "util/result.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

// Paths in errors are what `name` says, which may be another one than the descriptor's.

// Makes a file that is not there yet, and has it on the disk. A file that could not be written
// whole is removed. Fails where anything bears the name, a symbolic link too.
Result<void> create_file_at(const UniqueFd& folder, const std::string& file, std::string_view bytes,
                            const std::string& name, unsigned mode = 0644);

// The same in place of what bears the name, in one step: readers find the old file or the new one,
// whole, whatever happens. A symbolic link is replaced, not followed.
Result<void> replace_file_at(const UniqueFd& folder, const std::string& file,
                             std::string_view bytes, const std::string& name, unsigned mode = 0644);
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes);

// Has what happened to the names in a folder on the disk.
Result<void> sync_folder(const UniqueFd& folder, const std::string& name);

// The error of a system call that has just failed.
tl::unexpected<Error> errno_failure(const std::string& what);

}  // namespace netpoll_shim
