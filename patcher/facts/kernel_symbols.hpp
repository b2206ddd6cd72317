// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <iosfwd>
#include <optional>

#include "facts/facts.hpp"

namespace netpoll_shim {

// Whether a kernel demands the hook, by its symbol table (/proc/kallsyms, System.map). The change
// that made the hook optional exported netpoll_poll_dev (mainline ac3d9dd034e5, v4.19): global in
// every tree without the demand, static in every tree with it. Reads no further than it must.
// Nothing where the table is empty or cannot be read to where it tells.
std::optional<HookDemand> read_hook_demand(std::istream& symbols);

}  // namespace netpoll_shim
