// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// What came of the module's dry run.
struct DryRunReport {
    bool made = false;    // live_ops of the devices are what it saw
    std::string problem;  // "", or why it was not made, or is incomplete
};

// A host and what is concluded for its devices.
struct Survey {
    KernelFacts kernel;
    ShimFacts shim;
    std::vector<DeviceFacts> devices;
    std::vector<Verdict> verdicts;               // one for each of `devices`
    std::optional<DryRunReport> dry_run;         // nothing: it was not asked for
    std::vector<std::string> needs_root;         // what was not looked at for want of it
    std::vector<std::string> database_warnings;  // of updates and local files out of force
};

// Judges the named interfaces, or all that have a bus driver if none is named. Fails where an
// interface does not exist or facts cannot be gathered.
Result<Survey> survey_host(const Context& context, const std::vector<std::string>& interfaces,
                           const std::optional<std::string>& module_file);

// Judges all of `survey` anew, by what its devices tell now.
void judge(Survey& survey, const Database& database);

// Has the module look at the devices themselves (make_dry_run), and judges them anew. Where that
// cannot be, the survey says why and stays as it is.
void add_dry_run(Survey& survey, const Context& context);

}  // namespace netpoll_shim
