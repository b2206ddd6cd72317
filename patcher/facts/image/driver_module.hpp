// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>

#include "facts/facts.hpp"
#include "facts/object/module_file.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// A driver's module by its file, or by what modules.builtin.modinfo has; `source` names either.
DriverModule describe_driver(const std::string& name,
                             const std::multimap<std::string, std::string>& modinfo,
                             const std::string& source);

// The same with what only a file tells. `layout` is the kernel's net_device_ops, or why it is not
// known.
DriverModule describe_driver(const std::string& name, const ModuleFile& file,
                             const Result<OpsLayout>& layout);

}  // namespace netpoll_shim
