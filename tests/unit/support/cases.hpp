// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "evaluate/evaluate.hpp"
#include "support/databases.hpp"

namespace netpoll_shim::test {

// A kernel that demands the hook by its symbols and by the database.
inline KernelFacts kernel(std::optional<HookDemand> demand = HookDemand::demanded,
                          const std::string& release = "4.4.121") {
    KernelFacts facts;
    facts.release = release;
    if (demand) {
        facts.hook_demand = Fact<HookDemand>{*demand, "/proc/kallsyms"};
    }
    return facts;
}

// An out-of-tree driver of this version.
inline DeviceFacts device(const std::string& driver, const std::string& version) {
    DeviceFacts facts;
    facts.name = "eth0";
    facts.up = true;
    facts.driver = Fact<std::string>{driver, "driver link"};
    facts.module.emplace();
    facts.module->name = driver;
    facts.module->version = Fact<std::string>{version, "module version"};
    facts.module->in_tree = Fact<bool>{false, "module taint"};
    return facts;
}

inline DeviceFacts served(DeviceFacts facts, const std::string& mode) {
    facts.served = ServedFacts{{mode, "served mode"}, true, {}};
    return facts;
}

inline ShimFacts loaded(const std::string& policy, bool dry_run = false) {
    ShimFacts facts;
    facts.loaded = LoadedShim{"0.1.0", policy, dry_run, 0};
    return facts;
}

inline Verdict judge(const KernelFacts& kernel_facts, const DeviceFacts& device_facts,
                     const ShimFacts& shim = {}) {
    return evaluate(kernel_facts, device_facts, shim, sample_database());
}

// Among statements, one that says this.
inline auto says(const std::string& text) {
    return testing::Contains(testing::Field(&Statement::text, testing::HasSubstr(text)));
}

}  // namespace netpoll_shim::test
