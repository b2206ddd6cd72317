// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "commands/context.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

struct StatusReport {
    std::optional<LoadedShim> loaded;
    std::vector<DeviceFacts> devices;  // those that are served
    ExitCode exit_code = ExitCode::done;
};

// The module and the devices it serves, with their counters. Exit code: action_needed where it is
// not loaded.
Result<StatusReport> status(const Context& context);

}  // namespace netpoll_shim
