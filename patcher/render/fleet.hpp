// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "commands/fleet.hpp"
#include "render/nagios.hpp"

namespace netpoll_shim {

// The summary of an inventory. Names in it are whatever somebody wrote: each form escapes them.

// For people: hosts by verdict, what most hosts need, and what to do first.
std::string render_text(const Fleet& fleet);

// Gauges. The kernels and drivers with most to do have their own, the others one together.
std::string render_prometheus(const Fleet& fleet);

// A plugin's line: critical where hosts can hang, warning where others need action, unknown where
// hosts are, or lines are bad.
std::string render_nagios(const Fleet& fleet);
NagiosState nagios_state(const Fleet& fleet);

// One file without scripts and without anything from elsewhere.
std::string render_html(const Fleet& fleet);

// "shim guard".
std::string verdict_words(VerdictKind kind, const std::optional<Mode>& mode);
// Why something is to be done, or nothing.
std::string_view urgency_words(Urgency urgency);

}  // namespace netpoll_shim
