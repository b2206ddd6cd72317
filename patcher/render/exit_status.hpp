// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "render/nagios.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// Who reads the status that check exits with.
enum class ExitStyle {
    own,      // as --help documents it
    nagios,   // a monitoring system: NagiosState
    systemd,  // ExecCondition=, which skips the unit for 1 to 254 and fails it for 255
};

// The words of --exit-code.
constexpr std::array<std::pair<std::string_view, ExitStyle>, 3> exit_style_names = {{
    {"own", ExitStyle::own},
    {"nagios", ExitStyle::nagios},
    {"systemd", ExitStyle::systemd},
}};

// The status for a report with this exit code, which a plugin would report as `state`.
int exit_status(ExitStyle style, ExitCode code, NagiosState state);
// The status where there is no report.
int exit_status(ExitStyle style, const Error& error);

}  // namespace netpoll_shim
