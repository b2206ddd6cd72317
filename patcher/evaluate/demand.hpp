// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "database/lookup.hpp"
#include "evaluate/evidence.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// Whether the kernel demands the hook: by its own symbols, and by what the database knows of its
// release (`match`).
Conclusion<HookDemand> conclude_demand(const KernelFacts& kernel,
                                       const std::optional<KernelMatch>& match);

}  // namespace netpoll_shim
