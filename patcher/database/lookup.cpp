// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/lookup.hpp"

#include <algorithm>
#include <string>

namespace netpoll_shim {

namespace {

// The kernel's own limit is 64; what the matching of a pattern costs grows with the length.
constexpr std::size_t max_release_length = 128;

std::optional<KernelMatch> match(const KernelFamily& family, std::string_view release) {
    const auto matched = family.pattern.find(release);
    if (!matched) {
        return std::nullopt;
    }
    auto version = Version::parse(*matched);
    if (!version) {
        return std::nullopt;
    }
    const auto range =
        std::find_if(family.ranges.begin(), family.ranges.end(),
                     [&](const KernelRange& r) { return r.versions.contains(*version); });
    KernelMatch found;
    found.family = &family;
    found.range = range == family.ranges.end() ? nullptr : &*range;
    found.guess = family.upstream && *matched != release;
    found.version = *std::move(version);
    return found;
}

bool serves(const KernelFamily& family, std::optional<std::string_view> distribution) {
    const auto& known = family.distributions;
    return !distribution || known.empty() ||
           std::find(known.begin(), known.end(), *distribution) != known.end();
}

template <typename Predicate>
const DriverRange* first_range(const Driver& driver, const Predicate& fits) {
    const auto found = std::find_if(driver.ranges.begin(), driver.ranges.end(), fits);
    return found == driver.ranges.end() ? nullptr : &*found;
}

}  // namespace

std::optional<KernelMatch> find_kernel(const Database& database, std::string_view release,
                                       std::optional<std::string_view> distribution) {
    if (release.size() > max_release_length) {
        return std::nullopt;
    }
    for (const bool upstream : {false, true}) {
        for (const KernelFamily& family : database.kernels) {
            if (family.upstream != upstream || !serves(family, distribution)) {
                continue;
            }
            if (auto found = match(family, release)) {
                return found;
            }
        }
    }
    return std::nullopt;
}

const Driver* find_driver(const Database& database, std::string_view name) {
    const auto found = std::find_if(database.drivers.begin(), database.drivers.end(),
                                    [&](const Driver& driver) { return driver.name == name; });
    return found == database.drivers.end() ? nullptr : &*found;
}

const Driver* find_driver_by_module(const Database& database, std::string_view module,
                                    const std::optional<Version>& upstream) {
    const auto same = [](char left, char right) {
        return (left == '-' ? '_' : left) == (right == '-' ? '_' : right);
    };
    const auto covers = [&](const DriverRange& range) {
        return range.origin == Origin::in_tree && range.family.empty() &&
               range.versions.contains(*upstream);
    };
    const Driver* first = nullptr;
    for (const Driver& driver : database.drivers) {
        const std::string& name = driver.module.empty() ? driver.name : driver.module;
        if (!std::equal(name.begin(), name.end(), module.begin(), module.end(), same)) {
            continue;
        }
        if (upstream && first_range(driver, covers) != nullptr) {
            return &driver;
        }
        first = first != nullptr ? first : &driver;
    }
    return first;
}

const DriverRange* find_range(const Driver& driver, const DriverBuild& build) {
    const DriverRange* found = first_range(
        driver, [&](const DriverRange& range) { return lists_srcversion(range, build); });
    if (found == nullptr && build.kernel && build.origin && build.origin != Origin::out_of_tree) {
        found = first_range(driver, [&](const DriverRange& range) {
            return range.family == build.kernel->family->name &&
                   range.versions.contains(build.kernel->version);
        });
    }
    if (found == nullptr && build.version) {
        found = first_range(driver, [&](const DriverRange& range) {
            return range.origin == build.origin && range.family.empty() &&
                   range.versions.contains(*build.version);
        });
    }
    return found;
}

bool lists_srcversion(const DriverRange& range, const DriverBuild& build) {
    return build.srcversion && std::find(range.srcversions.begin(), range.srcversions.end(),
                                         *build.srcversion) != range.srcversions.end();
}

bool knows_distributions(const Driver& driver) {
    return std::any_of(driver.ranges.begin(), driver.ranges.end(), [](const DriverRange& range) {
        return range.origin == Origin::distribution;
    });
}

const DriverRange* find_upgrade(const Driver& driver, Origin origin, const Version& version) {
    if (origin == Origin::distribution) {
        origin = Origin::out_of_tree;
    }
    const DriverRange* lowest = nullptr;
    for (const DriverRange& range : driver.ranges) {
        if (range.origin == origin && range.family.empty() && range.versions.from > version &&
            range.driver_class == DriverClass::a &&
            (lowest == nullptr || range.versions.from < lowest->versions.from)) {
            lowest = &range;
        }
    }
    return lowest;
}

const Version* first_undemanding_kernel(const Database& database) {
    const Version* first = nullptr;
    for (const KernelFamily& family : database.kernels) {
        for (const KernelRange& range : family.ranges) {
            if (family.upstream && range.demands_hook == false &&
                (first == nullptr || range.versions.from < *first)) {
                first = &range.versions.from;
            }
        }
    }
    return first;
}

const OpsComparer* find_ops_comparer(const Database& database, std::string_view driver) {
    const auto found =
        std::find_if(database.ops_comparers.begin(), database.ops_comparers.end(),
                     [&](const OpsComparer& comparer) { return comparer.driver == driver; });
    return found == database.ops_comparers.end() ? nullptr : &*found;
}

}  // namespace netpoll_shim
