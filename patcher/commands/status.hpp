// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/survey.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// Why the module is not in the kernel: what `load` would meet now.
struct NotLoaded {
    Survey survey;  // without devices and verdicts where the database does not decode
    std::vector<std::string> needed_by;  // interfaces
    std::string policy;                  // what load would pass to it; "": nothing needs it
    std::vector<Error> obstacles;        // each of which would stop load
    std::string why_not_needed;          // "" where something needs it or nothing can be said
    std::string hint;                    // what to do next where there is no obstacle; "": nothing
};

struct StatusReport {
    std::optional<LoadedShim> loaded;
    std::vector<DeviceFacts> devices;            // those that are served
    std::optional<NotLoaded> not_loaded;         // nothing: it is loaded
    std::vector<std::string> database_warnings;  // of updates and local files out of force
    ExitCode exit_code = ExitCode::done;
};

// The module and the devices it serves, with their counters. Where it is not loaded: why, and the
// exit code action_needed. A database that does not decode is an obstacle to loading, and a warning
// where the module is loaded, not an error of status.
Result<StatusReport> status(const ContextMaker& make_context);

}  // namespace netpoll_shim
