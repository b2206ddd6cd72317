// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>

namespace netpoll_shim {

// How modules get into the kernel and out of it. Both return 0 or an errno value.
struct ModuleActions {
    std::function<int(const std::string& file, const std::string& parameters)> insert;
    std::function<int(const std::string& name)> remove;
};

// Through libkmod. Removing never waits: a module in use is an error.
ModuleActions live_module_actions();

}  // namespace netpoll_shim
