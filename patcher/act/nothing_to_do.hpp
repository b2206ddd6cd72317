// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// Why the module is not to be loaded for a set of devices.
struct NothingToDo {
    std::string why;
    std::string hint;  // what to do next; "" where all is well
    ExitCode exit_code = ExitCode::done;
};

// For verdicts of which none plans a mode (plan_policy() is empty).
NothingToDo explain_nothing_to_do(const std::vector<Verdict>& verdicts);

}  // namespace netpoll_shim
