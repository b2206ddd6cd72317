// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "database/database.hpp"
#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// The verdict for one device on one kernel. Pure: what it says follows from its arguments alone.
Verdict evaluate(const KernelFacts& kernel, const DeviceFacts& device, const ShimFacts& shim,
                 const Database& database);

// Whether a device must not be served, or is not served as it should be.
bool needs_action(const Verdict& verdict);

// What a set of verdicts asks of the user: action_needed where a device must not be served or is
// not served as it should be, else unknown where one is unknown or there is none, else done.
ExitCode summarize(const std::vector<Verdict>& verdicts);

}  // namespace netpoll_shim
