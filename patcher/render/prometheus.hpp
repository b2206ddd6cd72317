// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "commands/check.hpp"

namespace netpoll_shim {

// A label's value in the text exposition format, without its quotes. A value that is no UTF-8 would
// make the whole file unreadable: its odd bytes become question marks.
std::string prometheus_label(std::string_view text);

// A gauge without labels, with HELP and TYPE.
std::string prometheus_gauge(std::string_view name, std::string_view help, std::uint64_t value);

// For the textfile collector, which adds the time of the file itself.
std::string render_prometheus(const CheckReport& report);

}  // namespace netpoll_shim
