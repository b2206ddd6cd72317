// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/mode.hpp"

namespace netpoll_shim {

enum class VerdictKind {
    native,   // netpoll works on it as it is
    shim,     // it needs the module, in `mode`
    refuse,   // it must not be served: a known hazard
    unknown,  // not enough evidence: nothing is done without --force
};

// Whether the module serves the device now, as the verdict wants it.
enum class Service {
    none,        // not served
    waiting,     // down; the loaded module serves it when it comes up
    served,      // served in the verdict's mode (without a mode: in any)
    other_mode,  // served in another mode
};

// A sentence and the source of what it says.
struct Statement {
    std::string text;
    std::string source;
};

// What is concluded for one device on one kernel, and all that led there.
struct Verdict {
    std::string interface;
    std::string driver;          // "" for a virtual device
    std::string driver_version;  // for display; "" if unknown
    VerdictKind kind = VerdictKind::unknown;
    std::optional<Mode> mode;  // of the kind shim only
    bool forceable = false;    // unknown, but load --force may serve it with attach
    Service service = Service::none;
    std::vector<Statement> reasons;
    std::vector<std::string> contradictions;
    std::vector<std::string> remedies;
};

}  // namespace netpoll_shim
