// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace netpoll_shim {

// What check can print.
enum class Format {
    text,
    json,
    prometheus,  // text exposition format, for the textfile collector
    nagios,      // a plugin's status line; exits as a plugin does
    html,        // one file for a person
};

// The words of --format.
constexpr std::array<std::pair<std::string_view, Format>, 6> format_names = {{
    {"text", Format::text},
    {"table", Format::text},
    {"json", Format::json},
    {"prometheus", Format::prometheus},
    {"nagios", Format::nagios},
    {"html", Format::html},
}};

}  // namespace netpoll_shim
