// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "util/result.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

// The text of a small file (an attribute in sysfs or procfs) without white space at its ends;
// nothing if it cannot be read.
std::optional<std::string> read_attribute(const std::filesystem::path& path);

// All bytes of a regular file. Fails where it cannot be read, is no regular file (a FIFO would wait
// for ever), or is larger than `limit`; errors name the path.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);
// The same of a file that is open, by anybody's name for it.
Result<std::string> read_open_file(const UniqueFd& file, const std::string& path,
                                   std::size_t limit);

// An attribute as an unsigned number; base 0 takes 0x... as hexadecimal. Nothing if it cannot be
// read or is no number.
std::optional<unsigned long long> read_number(const std::filesystem::path& path, int base = 10);

// The last name in the target of a symbolic link: sysfs names drivers, modules and bus addresses
// this way. Nothing if the path is no link.
std::optional<std::string> link_target_name(const std::filesystem::path& path);

}  // namespace netpoll_shim
