// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "database/database.hpp"
#include "evaluate/evidence.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// Whether the kernel demands the hook: by its own symbols, and by what the database knows of its
// release.
Conclusion<HookDemand> conclude_demand(const KernelFacts& kernel, const Database& database);

}  // namespace netpoll_shim
