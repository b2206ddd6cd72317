// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace netpoll_shim::test {

using ModinfoPairs = std::vector<std::pair<std::string, std::string>>;

// The contents of a section .modinfo.
std::string modinfo_section(const ModinfoPairs& modinfo);

// Writes the smallest ELF file that libkmod and depmod take for a module: a .modinfo section.
void write_fake_module(const std::filesystem::path& file, const ModinfoPairs& modinfo);

// The modinfo of a netpoll_shim.ko for a kernel.
ModinfoPairs shim_modinfo(const std::string& vermagic);

}  // namespace netpoll_shim::test
