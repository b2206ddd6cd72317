// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "evaluate/case.hpp"

namespace netpoll_shim {

// What a driver of class C does to the machine where the module does not guard it.
std::string class_c_hazard(const Case& c);

// A newer driver, or a kernel with one, that takes no RX work at budget 0; nothing if the database
// knows none.
std::optional<std::string> driver_upgrade(const Case& c);

// A kernel that demands no hook; nothing if the database knows none.
std::optional<std::string> kernel_upgrade(const Case& c);

// How the module is brought to serve the device.
std::string way_to_serve(const Case& c);

// What else the user can do about a device that the module could serve, doing nothing included.
void add_alternatives(const Case& c, Verdict& verdict);

// What would tell more of a device of which too little is known.
void add_missing_knowledge(const Case& c, Verdict& verdict);

}  // namespace netpoll_shim
