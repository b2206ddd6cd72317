// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "database/database.hpp"

namespace netpoll_shim {

// Whether some version is in both ranges.
bool overlap(const VersionRange& left, const VersionRange& right);

// Whether both ranges could be the one for a build by its version.
bool compete(const DriverRange& left, const DriverRange& right);

// Whether both ranges list the same build.
bool share_srcversion(const DriverRange& left, const DriverRange& right);

// Whether the module's own mode for a driver is right for a range of it: drain only for what is of
// class A or has the hook, guard only for classes A and C. A range that has a row of its own in the
// module's table does not depend on it (drivers-db/README.md, "The module's own policy").
bool builtin_mode_suits(std::optional<Mode> mode, const DriverRange& range);

}  // namespace netpoll_shim
