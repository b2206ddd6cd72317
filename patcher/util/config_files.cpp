// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/config_files.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace netpoll_shim {

std::vector<std::string> config_files(const Root& root, const std::string& folder,
                                      std::initializer_list<std::string_view> suffixes,
                                      std::vector<std::string>& warnings) {
    const auto entries = root.list(folder);
    if (!entries) {
        if (entries.error() != std::errc::no_such_file_or_directory) {
            warnings.push_back(
                fmt::format("cannot read {}: {}", folder, entries.error().message()));
        }
        return {};
    }
    std::vector<std::string> paths;
    for (const Root::Entry& entry : *entries) {
        const bool is_wanted =
            std::any_of(suffixes.begin(), suffixes.end(),
                        [&](std::string_view suffix) { return entry.name.ends_with(suffix); });
        if (is_wanted && entry.kind != Root::Kind::directory) {
            paths.push_back(folder + "/" + entry.name);
        }
    }
    return paths;
}

}  // namespace netpoll_shim
