// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/lookup.hpp"
#include "evaluate/evidence.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// What is known of a device's driver.
struct DriverFinding {
    std::string shown_version;  // for display; "" if unknown
    std::optional<Origin> origin;
    std::optional<Version> version;      // what the database goes by; see origin
    const Driver* entry = nullptr;       // into the database; null: it does not know the driver
    const DriverRange* range = nullptr;  // of the entry; null: it does not know this build
    std::vector<Statement> identity;     // what it is taken for, and why
    std::vector<std::string> contradictions;
    Conclusion<bool> hook;  // ndo_poll_controller
    Conclusion<DriverClass> driver_class;

    // DriverClass::unknown where nobody knows.
    DriverClass known_class() const { return driver_class.value.value_or(DriverClass::unknown); }
};

// Where the driver comes from, of which version it is, and what the device itself, the driver's
// object and the database say of it. `driver` is the device's driver, `match` what the database
// knows of the kernel.
DriverFinding conclude_driver(const KernelFacts& kernel, const DeviceFacts& device,
                              const Fact<std::string>& driver,
                              const std::optional<KernelMatch>& match, const Database& database);

}  // namespace netpoll_shim
