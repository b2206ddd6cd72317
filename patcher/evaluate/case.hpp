// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "evaluate/driver.hpp"

namespace netpoll_shim {

// One device on one kernel: the facts, and the answers that they gave.
struct Case {
    const KernelFacts& kernel;
    const DeviceFacts& device;
    const ShimFacts& shim;
    const Database& database;
    const std::string& driver_name;
    Conclusion<HookDemand> demand;
    DriverFinding driver;

    bool demands_hook() const { return demand.value == HookDemand::demanded; }
    bool has_hook() const { return driver.hook.value == true; }
    bool lacks_hook() const { return driver.hook.value == false; }
    DriverClass driver_class() const { return driver.known_class(); }
    // netpoll works on the device without the module, which does not mean that it is harmless.
    bool attaches_by_itself() const {
        return has_hook() || demand.value == HookDemand::not_demanded;
    }
};

}  // namespace netpoll_shim
