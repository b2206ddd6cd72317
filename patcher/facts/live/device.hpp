// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "facts/live/sources.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// Facts of every network device, by name. Fails where /sys/class/net cannot be read.
Result<std::vector<DeviceFacts>> gather_devices(const HostSources& sources);

}  // namespace netpoll_shim
