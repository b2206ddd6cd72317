// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "facts/live/sources.hpp"
#include "facts/module_files.hpp"

namespace netpoll_shim {

// Adds what the drivers' files say of the hook, where that file is the one that was loaded. Not on
// a kernel that is known to demand none: it would cost more than all other facts, and change
// nothing. The layout of net_device_ops is the shim's for this very kernel (`module_file` where
// given, as for gather_shim), else from the kernel's BTF.
void add_driver_objects(const HostSources& sources, const KernelFacts& kernel,
                        const std::optional<std::string>& module_file, ModuleFiles& files,
                        std::vector<DeviceFacts>& devices);

}  // namespace netpoll_shim
