// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// A host and what is concluded for its devices.
struct Survey {
    KernelFacts kernel;
    ShimFacts shim;
    std::vector<DeviceFacts> devices;
    std::vector<Verdict> verdicts;  // one for each of `devices`
};

// Judges the named interfaces, or all that have a bus driver if none is named. Fails where an
// interface does not exist or facts cannot be gathered.
Result<Survey> survey_host(const Context& context, const std::vector<std::string>& interfaces,
                           const std::optional<std::string>& module_file);

}  // namespace netpoll_shim
