// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// What is known of a kernel's demand for the hook.
struct Demand {
    std::optional<HookDemand> value;  // nothing: unknown
    Statement reason;
    std::vector<std::string> contradictions;
};

// The kernel's own symbols decide; without them the database does.
Demand conclude_demand(const KernelFacts& kernel, const Database& database);

}  // namespace netpoll_shim
