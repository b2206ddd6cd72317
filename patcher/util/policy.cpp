// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace netpoll_shim {

std::string format_policy(const Policy& policy) {
    std::string text;
    for (const auto& [driver, mode] : policy) {
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", driver, mode_name(mode));
    }
    return text;
}

bool policy_has(std::string_view text, std::string_view driver, Mode mode) {
    const std::string wanted = fmt::format("{}={}", driver, mode_name(mode));
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        if (text.substr(0, end) == wanted) {
            return true;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

bool policy_can_name(std::string_view driver) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    };
    return !driver.empty() && std::all_of(driver.begin(), driver.end(), plain);
}

}  // namespace netpoll_shim
