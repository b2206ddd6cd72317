// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/policy_file.hpp"

#include <fmt/format.h>

#include "act/plan.hpp"
#include "database/lookup.hpp"
#include "util/policy.hpp"

namespace netpoll_shim {

namespace {

constexpr auto path = "etc/modprobe.d/netpoll-shim-policy.conf";

// Drivers that are not the kernel's own have rows by their version, made of the same ranges as the
// verdicts (shim/tables.awk).
bool goes_by_version(const DeviceFacts& device, bool is_shipped) {
    return is_shipped && device.module && device.module->in_tree && !device.module->in_tree->value;
}

bool differs_from_table(const DeviceFacts& device, const Verdict& verdict, const Policy& policy,
                        const Database& database, bool is_shipped) {
    const Driver* driver = find_driver(database, verdict.driver);
    std::optional<Mode> in_table;
    if (driver != nullptr) {
        in_table = driver->builtin_mode;
    }
    const auto planned = policy.find(verdict.driver);
    if (planned == policy.end()) {
        // The table must not serve what is to be left alone. Where netpoll works it does no harm.
        return verdict.kind != VerdictKind::native && in_table;
    }
    const bool is_the_verdicts = verdict.mode == planned->second;
    return !(is_the_verdicts && goes_by_version(device, is_shipped)) && in_table != planned->second;
}

}  // namespace

std::optional<PlannedFile> policy_file(const std::vector<JudgedKernel>& kernels,
                                       const Database& database, const std::string& besides_shipped,
                                       bool force) {
    std::vector<Verdict> verdicts;
    for (const JudgedKernel& kernel : kernels) {
        verdicts.insert(verdicts.end(), kernel.verdicts.begin(), kernel.verdicts.end());
    }
    const Policy policy = plan_policy(verdicts, force);
    bool differs = false;
    for (const JudgedKernel& kernel : kernels) {
        for (std::size_t i = 0; i < kernel.verdicts.size(); i++) {
            differs =
                differs || differs_from_table(kernel.kernel.drivers[i].device, kernel.verdicts[i],
                                              policy, database, besides_shipped.empty());
        }
    }
    if (!differs || policy.empty()) {
        return std::nullopt;
    }
    PlannedFile file;
    file.path = path;
    file.content = fmt::format(
        "# netpoll-shim: the verdicts of this image's drivers, by the database in version {} of\n"
        "# the command{}. netpoll-shim load gives the module its own policy.\n"
        "options netpoll_shim policy={}\n",
        NETPOLL_SHIM_VERSION, besides_shipped.empty() ? "" : " and " + besides_shipped,
        format_policy(policy));
    return file;
}

}  // namespace netpoll_shim
