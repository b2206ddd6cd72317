// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "database/lookup.hpp"
#include "evaluate/demand.hpp"
#include "evaluate/driver.hpp"
#include "util/policy.hpp"

namespace netpoll_shim {

namespace {

// All that the rules below look at.
struct Case {
    const KernelFacts& kernel;
    const DeviceFacts& device;
    const ShimFacts& shim;
    const Database& database;
    const std::string& driver_name;
    Demand demand;
    DriverFinding driver;
};

void suggest_driver_upgrade(const Case& c, Verdict& verdict) {
    const DriverRange* better =
        c.driver.entry != nullptr && c.driver.origin && c.driver.version
            ? find_upgrade(*c.driver.entry, *c.driver.origin, *c.driver.version)
            : nullptr;
    if (better == nullptr) {
        return;
    }
    const std::string& version = better->versions.from.text();
    verdict.remedies.push_back(
        better->origin == Origin::in_tree
            ? fmt::format(
                  "use a kernel of upstream {} or newer: its {} takes no RX work at budget 0",
                  version, c.driver_name)
            : fmt::format("upgrade {} to {} or newer", c.driver_name, version));
}

void suggest_kernel_upgrade(const Case& c, Verdict& verdict) {
    if (const Version* version = first_undemanding_kernel(c.database)) {
        verdict.remedies.push_back(
            fmt::format("use a kernel that demands no hook: mainline {} or newer, or a "
                        "distribution's with that change",
                        version->text()));
    }
}

void judge_native(const Case& c, Verdict& verdict) {
    verdict.kind = VerdictKind::native;
    if (c.device.served) {
        verdict.remedies.emplace_back("netpoll-shim unload: this device does not need it");
    }
}

// netpoll works on the device without the module, which does not mean that it is harmless.
bool attaches_by_itself(const Case& c) {
    return c.driver.hook == true || c.demand.value == HookDemand::not_demanded;
}

// What a driver of class C does to the machine where the module does not guard it.
std::string class_c_hazard(const Case& c) {
    if (c.driver.hook == true) {
        return fmt::format(
            "warning: netconsole attaches through the hook of {} itself, which makes it do RX work "
            "inside netpoll: the machine can hang under receive load",
            c.driver_name);
    }
    if (attaches_by_itself(c)) {
        return fmt::format(
            "warning: netconsole attaches as it is, and netpoll polls {} at budget 0, where it "
            "does RX work: the machine can hang under receive load",
            c.driver_name);
    }
    return fmt::format(
        "polled at budget 0 {} does RX work, so drain can hang the machine under receive load",
        c.driver_name);
}

Mode choose_mode(const Case& c, Verdict& verdict) {
    switch (c.driver.driver_class) {
        case DriverClass::a:
            return Mode::drain;
        case DriverClass::c:
            verdict.reasons.push_back({class_c_hazard(c), "class C"});
            verdict.reasons.push_back(
                {fmt::format("guard {}polls it with a budget of 1 and puts what it receives aside",
                             c.driver.hook == true ? "takes the place of its hook, " : ""),
                 "class C"});
            return Mode::guard;
        case DriverClass::b:
        case DriverClass::unknown:
            verdict.reasons.push_back(
                {"attach: polling at budget 0 would reclaim nothing", "class B"});
            break;
    }
    return Mode::attach;
}

void judge_service(const Case& c, Mode mode, Verdict& verdict) {
    const auto& loaded = c.shim.loaded;
    const bool policy_names_it =
        loaded && !loaded->dry_run && policy_has(loaded->policy, c.driver_name, mode);
    if (const auto& served = c.device.served) {
        verdict.service =
            served->mode.value == mode_name(mode) ? Service::served : Service::other_mode;
    } else if (policy_names_it && !c.device.up && polls_napi(mode)) {
        verdict.service = Service::waiting;
    }

    if (verdict.service == Service::none && policy_names_it) {
        verdict.remedies.emplace_back(
            "the module is loaded for it, but does not serve it: dmesg | grep netpoll_shim");
    } else if (verdict.service == Service::other_mode || verdict.service == Service::none) {
        verdict.remedies.emplace_back("netpoll-shim load");
    }
}

void judge_refused(const Case& c, const OpsComparer& comparer, Verdict& verdict) {
    verdict.kind = VerdictKind::refuse;
    verdict.reasons.push_back(
        {fmt::format("{} compares netdev_ops pointers and would not recognise its own device",
                     c.driver_name),
         comparer.source});
    if (c.driver.driver_class != DriverClass::c) {
        suggest_kernel_upgrade(c, verdict);
        return;
    }
    // A kernel that demands no hook would poll it at budget 0.
    verdict.reasons.push_back({class_c_hazard(c), "class C"});
    suggest_driver_upgrade(c, verdict);
    if (attaches_by_itself(c)) {
        verdict.remedies.emplace_back("keep netpoll targets off this device");
    }
}

void judge_shim(const Case& c, Verdict& verdict) {
    if (const OpsComparer* comparer = find_ops_comparer(c.database, c.driver_name)) {
        judge_refused(c, *comparer, verdict);
        return;
    }
    verdict.kind = VerdictKind::shim;
    const Mode mode = choose_mode(c, verdict);
    verdict.mode = mode;
    judge_service(c, mode, verdict);
    const bool is_in_order =
        verdict.service == Service::served || verdict.service == Service::waiting;
    if (mode == Mode::guard && !is_in_order) {
        suggest_driver_upgrade(c, verdict);
    }
}

// A policy of the module can name it, and the module would not refuse it by its driver.
bool can_be_forced(const Case& c) {
    return c.driver.hook != true && c.demand.value != HookDemand::not_demanded &&
           c.demand.value != HookDemand::no_netpoll && policy_can_name(c.driver_name) &&
           find_ops_comparer(c.database, c.driver_name) == nullptr;
}

void judge_unknown(const Case& c, Verdict& verdict) {
    verdict.kind = VerdictKind::unknown;
    verdict.forceable = can_be_forced(c);
    if (c.device.served) {
        verdict.service = Service::served;
    } else if (verdict.forceable) {
        verdict.remedies.emplace_back(
            "netpoll-shim load --force serves it with attach, which reclaims nothing");
    }
    if (c.demand.value == HookDemand::no_netpoll) {
        verdict.remedies.emplace_back("use a kernel with CONFIG_NETPOLL");
    } else if (!c.demand.value) {
        verdict.remedies.emplace_back(
            "make /proc/kallsyms readable, or add the kernel to drivers-db/kernels/");
    }
    if (c.demand.value != HookDemand::no_netpoll &&
        (!c.driver.hook || c.driver.driver_class == DriverClass::unknown)) {
        verdict.remedies.push_back(
            fmt::format("add what is known of it to drivers-db/drivers/{}.toml", c.driver_name));
    }
}

void judge(const Case& c, Verdict& verdict) {
    const bool demanded = c.demand.value == HookDemand::demanded;
    const bool has_netpoll = c.demand.value != HookDemand::no_netpoll;
    const bool outcome_is_known = c.driver.driver_class != DriverClass::unknown ||
                                  find_ops_comparer(c.database, c.driver_name) != nullptr;
    // Polled by the module, by the driver's own hook or by the kernel itself, it is guard that it
    // needs: what the kernel demands and whether it has the hook need not be known.
    const bool needs_guard = has_netpoll && c.driver.driver_class == DriverClass::c;
    const bool lacks_hook = demanded && c.driver.hook == false;
    if (needs_guard || (lacks_hook && outcome_is_known)) {
        judge_shim(c, verdict);
    } else if (c.demand.value == HookDemand::not_demanded || (demanded && c.driver.hook == true)) {
        judge_native(c, verdict);
    } else {
        judge_unknown(c, verdict);
    }
}

}  // namespace

Verdict evaluate(const KernelFacts& kernel, const DeviceFacts& device, const ShimFacts& shim,
                 const Database& database) {
    Verdict verdict;
    verdict.interface = device.name;
    if (!device.driver) {
        verdict.reasons.push_back(
            {"virtual device: no bus driver", "/sys/class/net/" + device.name + "/device/driver"});
        return verdict;
    }

    const Case c{kernel,
                 device,
                 shim,
                 database,
                 device.driver->value,
                 conclude_demand(kernel, database),
                 conclude_driver(kernel, device, *device.driver, database)};
    verdict.driver = c.driver_name;
    verdict.driver_version = c.driver.shown_version;
    verdict.reasons.push_back(c.demand.reason);
    verdict.reasons.insert(verdict.reasons.end(), c.driver.reasons.begin(), c.driver.reasons.end());
    verdict.contradictions = c.demand.contradictions;
    verdict.contradictions.insert(verdict.contradictions.end(), c.driver.contradictions.begin(),
                                  c.driver.contradictions.end());
    judge(c, verdict);
    return verdict;
}

ExitCode summarize(const std::vector<Verdict>& verdicts) {
    const auto needs_action = [](const Verdict& verdict) {
        return verdict.kind == VerdictKind::refuse ||
               (verdict.kind == VerdictKind::shim &&
                (verdict.service == Service::none || verdict.service == Service::other_mode));
    };
    const auto is_unknown = [](const Verdict& verdict) {
        return verdict.kind == VerdictKind::unknown;
    };
    if (std::any_of(verdicts.begin(), verdicts.end(), needs_action)) {
        return ExitCode::action_needed;
    }
    if (verdicts.empty() || std::any_of(verdicts.begin(), verdicts.end(), is_unknown)) {
        return ExitCode::unknown;
    }
    return ExitCode::done;
}

}  // namespace netpoll_shim
