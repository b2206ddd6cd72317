// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "facts/live/sources.hpp"
#include "facts/module_files.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// Facts of every network device, by name; `files` are the kernel's. Fails where /sys/class/net
// cannot be read.
Result<std::vector<DeviceFacts>> gather_devices(const HostSources& sources, ModuleFiles& files);

// The names of the bus drivers that this host's network devices have now.
std::set<std::string> find_bus_drivers(const Paths& paths);

}  // namespace netpoll_shim
