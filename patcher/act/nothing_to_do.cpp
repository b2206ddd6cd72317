// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/nothing_to_do.hpp"

#include <algorithm>

#include "evaluate/evaluate.hpp"

namespace netpoll_shim {

NothingToDo explain_nothing_to_do(const std::vector<Verdict>& verdicts) {
    const ExitCode exit_code = summarize(verdicts);
    const std::string check = "netpoll-shim check says why";
    if (verdicts.empty()) {
        return {"there is no network device with a bus driver", "load the network driver first",
                exit_code};
    }
    if (exit_code == ExitCode::done) {
        return {"netpoll works on every device as it is", "", exit_code};
    }
    if (exit_code == ExitCode::action_needed) {
        return {"the devices that need the module must not be served", check, exit_code};
    }
    const bool forceable = std::any_of(verdicts.begin(), verdicts.end(),
                                       [](const Verdict& verdict) { return verdict.forceable; });
    return {"not enough is known of the devices",
            check + (forceable ? "; --force serves them with attach" : ""), exit_code};
}

}  // namespace netpoll_shim
