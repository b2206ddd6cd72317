// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <iosfwd>
#include <optional>

#include "facts/live/sources.hpp"

namespace netpoll_shim {

// Whether the kernel demands the hook, by its symbol table. The change that made the hook optional
// exported netpoll_poll_dev (mainline ac3d9dd034e5, v4.19): global in every tree without the
// demand, static in every tree with it. Nothing where the table is empty.
std::optional<HookDemand> read_hook_demand(std::istream& kallsyms);

// Facts of the running kernel, each absent where its file is.
KernelFacts gather_kernel(const HostSources& sources);

}  // namespace netpoll_shim
