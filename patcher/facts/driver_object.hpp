// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/facts.hpp"
#include "facts/object/module_file.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// What the net_device_ops in a driver's file say of the hook. `layout` is that of the kernel, or
// why it is not known.
DriverObject read_driver_object(const ModuleFile& file, const Result<OpsLayout>& layout);

}  // namespace netpoll_shim
