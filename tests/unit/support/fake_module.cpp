// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fake_module.hpp"

#include <fstream>

#include "support/object_writer.hpp"

namespace netpoll_shim::test {

std::string modinfo_section(const ModinfoPairs& modinfo) {
    std::string contents;
    for (const auto& [key, value] : modinfo) {
        contents.append(key).append(1, '=').append(value).append(1, '\0');
    }
    return contents;
}

void write_fake_module(const std::filesystem::path& file, const ModinfoPairs& modinfo) {
    ObjectWriter writer;
    writer.add_section(".modinfo", modinfo_section(modinfo));
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << writer.bytes();
}

ModinfoPairs shim_modinfo(const std::string& vermagic) {
    return {{"version", "0.1.0"},
            {"ndo_poll_controller_offset", "232"},
            {"net_device_ops_size", "640"},
            {"name", "netpoll_shim"},
            {"vermagic", vermagic}};
}

}  // namespace netpoll_shim::test
