// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace netpoll_shim {

// The text of a small file (an attribute in sysfs or procfs) without white space at its ends;
// nothing if it cannot be read.
std::optional<std::string> read_attribute(const std::filesystem::path& path);

// An attribute as an unsigned number; base 0 takes 0x... as hexadecimal. Nothing if it cannot be
// read or is no number.
std::optional<unsigned long long> read_number(const std::filesystem::path& path, int base = 10);

// The last name in the target of a symbolic link: sysfs names drivers, modules and bus addresses
// this way. Nothing if the path is no link.
std::optional<std::string> link_target_name(const std::filesystem::path& path);

}  // namespace netpoll_shim
