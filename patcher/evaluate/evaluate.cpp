// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "database/lookup.hpp"
#include "evaluate/advice.hpp"
#include "evaluate/demand.hpp"
#include "evaluate/driver.hpp"
#include "util/policy.hpp"

namespace netpoll_shim {

namespace {

void judge_native(const Case& c, Verdict& verdict) {
    verdict.kind = VerdictKind::native;
    if (c.device.served) {
        verdict.remedies.emplace_back("netpoll-shim unload: this device does not need it");
    }
}

Mode choose_mode(const Case& c, Verdict& verdict) {
    switch (c.driver_class()) {
        case DriverClass::a:
            return Mode::drain;
        case DriverClass::c:
            verdict.reasons.push_back({class_c_hazard(c), "class C"});
            verdict.reasons.push_back(
                {fmt::format("guard {}polls it with a budget of 1 and puts what it receives aside",
                             c.has_hook() ? "takes the place of its hook, " : ""),
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
        verdict.remedies.push_back(way_to_serve(c));
    }
}

void add_remedy(std::optional<std::string> remedy, Verdict& verdict) {
    if (remedy) {
        verdict.remedies.push_back(*std::move(remedy));
    }
}

void judge_refused(const Case& c, const OpsComparer& comparer, Verdict& verdict) {
    verdict.kind = VerdictKind::refuse;
    verdict.reasons.push_back(
        {fmt::format("{} compares netdev_ops pointers and would not recognise its own device",
                     c.driver_name),
         comparer.source});
    if (c.driver_class() != DriverClass::c) {
        add_remedy(kernel_upgrade(c), verdict);
        return;
    }
    // A kernel that demands no hook would poll it at budget 0.
    verdict.reasons.push_back({class_c_hazard(c), "class C"});
    add_remedy(driver_upgrade(c), verdict);
    if (c.attaches_by_itself()) {
        verdict.can_hang = true;
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
    if (verdict.service == Service::none || verdict.service == Service::other_mode) {
        verdict.can_hang = c.driver_class() == DriverClass::c && c.attaches_by_itself();
        add_alternatives(c, verdict);
    }
}

// The core tests the flag before the hook: a copy of the ops would change nothing.
void judge_netpoll_disabled(const LiveOps& live, Verdict& verdict) {
    verdict.kind = VerdictKind::refuse;
    verdict.reasons.push_back(
        {"the device refuses netpoll: IFF_DISABLE_NETPOLL is set", live.source});
    verdict.remedies.emplace_back("attach netpoll to another device");
}

// A policy of the module can name it, and the module would not refuse it by its driver.
bool can_be_forced(const Case& c) {
    return !c.has_hook() && c.demand.value != HookDemand::not_demanded &&
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
    add_missing_knowledge(c, verdict);
    if (c.demands_hook() && c.lacks_hook() && !c.device.served) {
        add_alternatives(c, verdict);
    }
}

void judge(const Case& c, Verdict& verdict) {
    const bool has_netpoll = c.demand.value != HookDemand::no_netpoll;
    const bool outcome_is_known = c.driver_class() != DriverClass::unknown ||
                                  find_ops_comparer(c.database, c.driver_name) != nullptr;
    // Polled by the module, by the driver's own hook or by the kernel itself, it is guard that it
    // needs: what the kernel demands and whether it has the hook need not be known.
    const bool needs_guard = has_netpoll && c.driver_class() == DriverClass::c;
    const bool needs_hook = c.demands_hook() && c.lacks_hook();
    if (has_netpoll && c.device.live_ops && c.device.live_ops->disable_netpoll) {
        judge_netpoll_disabled(*c.device.live_ops, verdict);
    } else if (needs_guard || (needs_hook && outcome_is_known)) {
        judge_shim(c, verdict);
    } else if (c.demand.value == HookDemand::not_demanded || (c.demands_hook() && c.has_hook())) {
        judge_native(c, verdict);
    } else {
        judge_unknown(c, verdict);
    }
}

// netpoll on a stacked device is netpoll on the devices below it.
void judge_virtual(const DeviceFacts& device, Verdict& verdict) {
    const std::string source = "/sys/class/net/" + device.name + "/device/driver";
    if (device.lower_names.empty()) {
        verdict.reasons.push_back({"virtual device: no bus driver", source});
        return;
    }
    const std::string below = fmt::format("{}", fmt::join(device.lower_names, " "));
    verdict.reasons.push_back(
        {fmt::format("virtual device ({}): it hands netpoll to {}",
                     device.link_kind ? device.link_kind->value : "stacked", below),
         device.link_kind ? device.link_kind->source : source});
    verdict.remedies.push_back("netpoll-shim check " + below);
}

void append(std::vector<Statement> statements, Verdict& verdict) {
    std::move(statements.begin(), statements.end(), std::back_inserter(verdict.reasons));
}

}  // namespace

Verdict evaluate(const KernelFacts& kernel, const DeviceFacts& device, const ShimFacts& shim,
                 const Database& database) {
    Verdict verdict;
    verdict.interface = device.name;
    if (!device.driver) {
        judge_virtual(device, verdict);
        return verdict;
    }

    const auto match = find_kernel(database, kernel.release,
                                   kernel.distribution
                                       ? std::optional<std::string_view>(kernel.distribution->value)
                                       : std::nullopt);
    const Case c{kernel,
                 device,
                 shim,
                 database,
                 device.driver->value,
                 conclude_demand(kernel, match),
                 conclude_driver(kernel, device, *device.driver, match, database)};
    verdict.driver = c.driver_name;
    verdict.driver_version = c.driver.shown_version;
    report(c.demand, Question::demand, verdict);
    append(c.driver.identity, verdict);
    verdict.contradictions.insert(verdict.contradictions.end(), c.driver.contradictions.begin(),
                                  c.driver.contradictions.end());
    report(c.driver.hook, Question::hook, verdict);
    report(c.driver.driver_class, Question::driver_class, verdict);
    judge(c, verdict);
    return verdict;
}

std::optional<Evidence> Verdict::rests_on(Question question) const {
    const auto decisive = std::find_if(chain.begin(), chain.end(), [&](const ChainLink& link) {
        return link.question == question && link.standing == Standing::decides;
    });
    return decisive == chain.end() ? std::nullopt : std::optional(decisive->evidence);
}

std::optional<Evidence> Verdict::rests_on() const {
    std::optional<Evidence> weakest;
    for (const ChainLink& link : chain) {
        if (link.standing == Standing::decides && (!weakest || link.evidence > *weakest)) {
            weakest = link.evidence;
        }
    }
    return weakest;
}

bool needs_action(const Verdict& verdict) {
    return verdict.kind == VerdictKind::refuse ||
           (verdict.kind == VerdictKind::shim &&
            (verdict.service == Service::none || verdict.service == Service::other_mode));
}

ExitCode summarize(const std::vector<Verdict>& verdicts) {
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
