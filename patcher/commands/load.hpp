// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/survey.hpp"

namespace netpoll_shim {

struct LoadOptions {
    std::optional<std::string> module_file;  // nothing: what modules.dep names
    bool force = false;                      // serve unknown devices too, with attach
};

enum class LoadOutcome { loaded, reloaded, already_loaded, nothing_to_do };

struct LoadReport {
    LoadOutcome outcome = LoadOutcome::nothing_to_do;
    std::string policy;            // "" if there was nothing to do
    bool force = false;            // as it was asked for
    Survey survey;                 // after loading
    std::string why;               // of nothing_to_do
    std::optional<Error> problem;  // loaded, yet not as it should be; or why nothing was done
    ExitCode exit_code = ExitCode::done;
};

// Loads the module with the policy that the verdicts give, and verifies that it serves what it
// should. Idempotent: with that policy in the kernel already it only verifies. Replaces a module
// with another policy unless a netpoll target holds it.
Result<LoadReport> load(const LoadOptions& options, const Context& context);

}  // namespace netpoll_shim
