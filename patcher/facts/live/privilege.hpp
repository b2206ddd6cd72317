// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "facts/live/sources.hpp"

namespace netpoll_shim {

// What a check would look at if it had root: files that are there and cannot be read, by path, and
// "dry-run" for the module's word on the devices. Empty for root.
std::vector<std::string> find_what_needs_root(const HostSources& sources, const ShimFacts& shim);

}  // namespace netpoll_shim
