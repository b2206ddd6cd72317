// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/check.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// The states of a monitoring plugin; their values are what it exits with.
enum class NagiosState { ok = 0, warning = 1, critical = 2, unknown = 3 };

// Critical where netconsole attaches as it is and the machine can hang; warning where a device
// needs action otherwise; unknown where one is unknown, or there is none.
NagiosState nagios_state(const std::vector<Verdict>& verdicts);

// "NETPOLL-SHIM STATE - TEXT | FIGURES", without " | " where there are no figures. Bars and line
// feeds, which would end the text, become spaces.
std::string nagios_line(NagiosState state, std::string_view text, std::string_view figures = {});

// The status line, and a line for each device.
std::string render_nagios(const CheckReport& report);
std::string render_nagios(const Error& error);

}  // namespace netpoll_shim
