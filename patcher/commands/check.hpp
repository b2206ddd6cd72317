// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "commands/survey.hpp"

namespace netpoll_shim {

struct CheckOptions {
    std::vector<std::string> interfaces;  // none: every device with a bus driver
    bool explain = false;                 // the text shows the whole chain of evidence
};

struct CheckReport {
    Survey survey;
    bool explain = false;
    ExitCode exit_code = ExitCode::done;
};

// Judges the devices of this host; changes nothing.
Result<CheckReport> check(const CheckOptions& options, const Context& context);

}  // namespace netpoll_shim
