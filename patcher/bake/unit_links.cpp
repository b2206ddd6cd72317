// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/unit_links.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <sstream>
#include <utility>

namespace netpoll_shim {

namespace {

// The key of a unit's section [Install], and what the folder of the link ends with
// (systemd.unit(5)).
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> keys = {
    {{"WantedBy=", "wants"}, {"RequiredBy=", "requires"}}};

void add_links(const BootFile& unit, std::vector<PlannedFile>& links) {
    std::istringstream lines{std::string(unit.text)};
    bool is_install = false;
    for (std::string line; std::getline(lines, line);) {
        is_install = line.starts_with("[") ? line == "[Install]" : is_install;
        for (const auto& [key, folder] : keys) {
            if (!is_install || !line.starts_with(key)) {
                continue;
            }
            std::istringstream targets(line.substr(key.size()));
            for (std::string target; targets >> target;) {
                links.push_back({fmt::format("etc/systemd/system/{}.{}/{}", target, folder,
                                             std::filesystem::path(unit.path).filename().string()),
                                 Node::Kind::link, 0777, fmt::format("/{}", unit.path)});
            }
        }
    }
}

}  // namespace

std::vector<PlannedFile> unit_links(const std::vector<BootFile>& files) {
    std::vector<PlannedFile> links;
    for (const BootFile& file : files) {
        if (file.path.ends_with(".service")) {
            add_links(file, links);
        }
    }
    return links;
}

}  // namespace netpoll_shim
