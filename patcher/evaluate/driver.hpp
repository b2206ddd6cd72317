// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// What is known of a device's driver.
struct DriverFinding {
    std::string shown_version;  // for display; "" if unknown
    std::optional<Origin> origin;
    std::optional<Version> version;  // what the database goes by; see origin
    const Driver* entry = nullptr;   // into the database; null: it does not know the driver
    std::optional<bool> hook;        // ndo_poll_controller; nothing: unknown
    DriverClass driver_class = DriverClass::unknown;
    std::vector<Statement> reasons;
    std::vector<std::string> contradictions;
};

// Where the driver comes from, of which version it is and what the database knows of that. A
// device that is served with attach or drain has shown the module that its driver lacks the hook:
// that is the stronger evidence. `driver` is the device's driver.
DriverFinding conclude_driver(const KernelFacts& kernel, const DeviceFacts& device,
                              const Fact<std::string>& driver, const Database& database);

}  // namespace netpoll_shim
