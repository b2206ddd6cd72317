// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace netpoll_shim {

struct TomlHazard {
    unsigned line = 0;  // from 1
    std::string_view message;
};

// What no database has, and toml++ must not be given; nothing if the text is safe to parse.
// - It takes a table apart by recursion, one level for each part of a dotted key: "a.a.a...=1" of
//   60 kB is enough to exhaust the stack.
// - Its 3.3 has undefined behaviour on characters outside of ASCII where none belong,
//   in a string right behind other characters as well
//   (is_non_ascii_horizontal_whitespace() ends in __builtin_unreachable()).
std::optional<TomlHazard> find_toml_hazard(std::string_view text);

}  // namespace netpoll_shim
