// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <fmt/format.h>

#include <string_view>

#include "facts/live/sources.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// Fails with the exit code `privilege` for everybody but root.
inline Result<void> require_root(const HostSources& sources, std::string_view command) {
    if (!sources.is_root) {
        return failure(fmt::format("{} needs root", command),
                       fmt::format("sudo netpoll-shim {}", command), ExitCode::privilege);
    }
    return {};
}

}  // namespace netpoll_shim
