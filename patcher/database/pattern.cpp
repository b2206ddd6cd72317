// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/pattern.hpp"

#include <fmt/format.h>

#include <string_view>

namespace netpoll_shim {

namespace {

constexpr std::size_t max_length = 256;

// One at the start is tried once; one in another, or in a repetition, multiplies the time.
bool looks_ahead_within(std::string_view text) {
    for (const std::string_view start : {"^(?=", "^(?!"}) {
        if (text.substr(0, start.size()) == start) {
            text.remove_prefix(start.size());
            break;
        }
    }
    return text.find("(?=") != std::string_view::npos || text.find("(?!") != std::string_view::npos;
}

}  // namespace

Result<std::regex> compile_pattern(const std::string& text) {
    const auto bad = [](std::string message) {
        return failure(std::move(message), {}, ExitCode::database_invalid);
    };
    if (text.size() > max_length) {
        return bad(fmt::format("longer than {} characters", max_length));
    }
    if (text.find('{') != std::string::npos) {
        return bad("'{' is not allowed: it makes patterns too large to match");
    }
    if (looks_ahead_within(text)) {
        return bad("only one look-ahead is allowed, right behind a leading ^");
    }
    // std::regex reports a bad pattern by an exception only.
    try {
        // libstdc++'s own: without it, it backtracks, and (a*)*b takes exponential time.
        std::regex pattern(text, std::regex::ECMAScript | std::regex_constants::__polynomial);
        if (pattern.mark_count() == 1) {
            return pattern;
        }
    } catch (const std::regex_error&) {
        // As one without a group.
    }
    return bad("expected a regular expression with one group, without back references");
}

}  // namespace netpoll_shim
