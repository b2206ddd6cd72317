// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/exit_status.hpp"

namespace netpoll_shim {

int exit_status(ExitStyle style, ExitCode code, NagiosState state) {
    constexpr int skip = 1;
    constexpr int fail = 255;
    switch (style) {
        case ExitStyle::nagios:
            return static_cast<int>(state);
        case ExitStyle::systemd:
            if (code == ExitCode::action_needed || code == ExitCode::unknown) {
                return skip;
            }
            return code == ExitCode::done ? 0 : fail;
        case ExitStyle::own:
            break;
    }
    return static_cast<int>(code);
}

int exit_status(ExitStyle style, const Error& error) {
    // Not skipped without a word, whatever the error's code.
    const bool is_systemd = style == ExitStyle::systemd;
    return exit_status(style, is_systemd ? ExitCode::failed : error.exit_code,
                       NagiosState::unknown);
}

}  // namespace netpoll_shim
