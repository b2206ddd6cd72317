// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/survey.hpp"

namespace netpoll_shim {

struct CheckOptions {
    std::vector<std::string> interfaces;     // none: every device with a bus driver
    bool explain = false;                    // the text shows the whole chain of evidence
    bool dry_run = false;                    // have the module look at the devices themselves
    std::optional<std::string> module_file;  // nothing: what modules.dep names
};

struct CheckReport {
    Survey survey;
    bool explain = false;
    ExitCode exit_code = ExitCode::done;
};

// Judges the devices of this host. Changes nothing, but for the dry run, which inserts the module
// and removes it again: that needs root and a kernel without the module. Where it does not come
// off, the report says why and is made without it.
Result<CheckReport> check(const CheckOptions& options, const Context& context);

}  // namespace netpoll_shim
