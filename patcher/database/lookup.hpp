// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "database/database.hpp"

namespace netpoll_shim {

// The pointers returned here point into the database that was asked.

struct KernelMatch {
    const KernelFamily* family = nullptr;
    Version version;                     // what the family's pattern took from the release
    const KernelRange* range = nullptr;  // null: the family says nothing of this version
    bool guess = false;  // only the upstream family matches, and the release says more than that
};

// What the database knows of a kernel release (uname -r). Families of distributions come before
// upstream, because their backports make the upstream version meaningless. `distribution` is the ID
// of os-release where it is known: families that list their distributions, but not this one, do not
// match then. Nothing matches a release of more than 128 characters.
std::optional<KernelMatch> find_kernel(const Database& database, std::string_view release,
                                       std::optional<std::string_view> distribution = std::nullopt);

// The driver's entry, by the bus driver's name; null if there is none.
const Driver* find_driver(const Database& database, std::string_view name);

// The same, by the name of its module, in which '-' and '_' are the same. Where a bus driver was
// renamed two entries have one module: then the one that knows its driver in this upstream kernel.
const Driver* find_driver_by_module(const Database& database, std::string_view module,
                                    const std::optional<Version>& upstream);

// What identifies one build of a driver, as far as it is known.
struct DriverBuild {
    std::optional<Origin> origin;    // nothing: unknown
    std::optional<Version> version;  // the one that ranges of this origin compare
    std::optional<KernelMatch> kernel;
    std::optional<std::string_view> srcversion;
};

// The range for a build of a driver; null if none covers it. First one that lists its srcversion;
// for a driver that came with a kernel, then one of that kernel's family; then one of its origin
// that covers its version.
const DriverRange* find_range(const Driver& driver, const DriverBuild& build);

// Whether the range names this very build by its srcversion.
bool lists_srcversion(const DriverRange& range, const DriverBuild& build);

// Whether the driver has ranges for distributions' kernels.
bool knows_distributions(const Driver& driver);

// The first range above a version that is of class A: what an upgrade of the driver leads to; from
// a distribution's driver, to one out of tree.
const DriverRange* find_upgrade(const Driver& driver, Origin origin, const Version& version);

// The first upstream version from which no hook is demanded; null if the database knows none.
const Version* first_undemanding_kernel(const Database& database);

// The entry of a driver that compares netdev_ops pointers; null if it is not known to.
const OpsComparer* find_ops_comparer(const Database& database, std::string_view driver);

}  // namespace netpoll_shim
