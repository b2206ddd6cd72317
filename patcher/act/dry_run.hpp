// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "act/module.hpp"
#include "facts/dry_run.hpp"
#include "facts/live/kernel_log.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct DryRun {
    std::vector<DryRunLine> lines;
    std::string incomplete;  // "", or why lines may be missing
};

// Inserts the module with dry_run=1, takes its lines from the kernel log and removes it. The kernel
// is tainted by it. Fails where the module or the log cannot be had, and where the module stays.
Result<DryRun> make_dry_run(const ShimFacts& shim, const KernelFacts& kernel,
                            const ModuleActions& modules, const KernelLogOpener& open_log);

}  // namespace netpoll_shim
