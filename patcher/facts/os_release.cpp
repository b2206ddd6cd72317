// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/os_release.hpp"

#include <algorithm>

namespace netpoll_shim {

namespace {

// IDs are lower-case letters, digits and "._-": no escape has to be undone.
std::string_view without_quotes(std::string_view value) {
    if (value.size() >= 2 && value.front() == value.back() &&
        (value.front() == '"' || value.front() == '\'')) {
        return value.substr(1, value.size() - 2);
    }
    return value;
}

}  // namespace

std::optional<std::string> os_release_id(std::string_view text) {
    std::optional<std::string> id;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        constexpr std::string_view key = "ID=";
        if (line.starts_with(key)) {
            line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
            id = std::string(without_quotes(line.substr(key.size())));
        }
    }
    return id && !id->empty() ? id : std::nullopt;
}

}  // namespace netpoll_shim
