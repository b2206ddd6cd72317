// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "render/fleet.hpp"
#include "render/prometheus.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

// Labels that come and go cost a monitoring system memory.
constexpr std::size_t max_labelled = 100;

std::string_view mode_label(const std::optional<Mode>& mode) {
    return mode ? mode_name(*mode) : "";
}

void add_verdicts(const Fleet& fleet, std::string& text) {
    std::map<std::pair<VerdictKind, std::optional<Mode>>, std::uint64_t> counts;
    for (const auto& [verdict, hosts] : fleet.verdicts()) {
        counts[{verdict.kind, verdict.mode}] += hosts;
    }
    text +=
        "# HELP netpoll_shim_hosts Hosts of the inventory by verdict.\n"
        "# TYPE netpoll_shim_hosts gauge\n";
    for (const auto& [verdict, hosts] : counts) {
        fmt::format_to(std::back_inserter(text),
                       "netpoll_shim_hosts{{verdict=\"{}\",mode=\"{}\"}} {}\n", word(verdict.first),
                       mode_label(verdict.second), hosts);
    }
}

void add_kernels_and_drivers(const Fleet& fleet, std::string& text) {
    using Labels = std::tuple<std::string, std::string, VerdictKind, std::optional<Mode>>;
    std::map<Labels, std::uint64_t> counts;
    std::vector<const Labels*> order;
    std::uint64_t others = fleet.hosts();
    for (const GroupTally* tally : fleet.groups()) {
        const FleetGroup& group = *tally->group;
        Labels labels(group.kernel_release, group.driver, group.kind, group.mode);
        auto found = counts.find(labels);
        if (found == counts.end()) {
            if (counts.size() == max_labelled) {
                continue;
            }
            found = counts.emplace(std::move(labels), 0).first;
            order.push_back(&found->first);
        }
        found->second += tally->hosts;
        others -= tally->hosts;
    }
    text +=
        "# HELP netpoll_shim_kernel_driver_hosts Hosts by kernel and driver, what is to be done "
        "first.\n"
        "# TYPE netpoll_shim_kernel_driver_hosts gauge\n";
    for (const Labels* labels : order) {
        const auto& [kernel, driver, kind, mode] = *labels;
        fmt::format_to(std::back_inserter(text),
                       "netpoll_shim_kernel_driver_hosts{{kernel=\"{}\",driver=\"{}\",verdict="
                       "\"{}\",mode=\"{}\"}} {}\n",
                       prometheus_label(kernel), prometheus_label(driver), word(kind),
                       mode_label(mode), counts.at(*labels));
    }
    fmt::format_to(std::back_inserter(text),
                   "# HELP netpoll_shim_other_hosts Hosts of other kernels and drivers.\n"
                   "# TYPE netpoll_shim_other_hosts gauge\n"
                   "netpoll_shim_other_hosts {}\n",
                   others);
}

}  // namespace

std::string render_prometheus(const Fleet& fleet) {
    std::string text;
    add_verdicts(fleet, text);
    add_kernels_and_drivers(fleet, text);
    return text +
           prometheus_gauge("netpoll_shim_hosts_that_can_hang",
                            "Hosts where netconsole attaches as it is and the machine can hang.",
                            fleet.hosts_of(Urgency::can_hang)) +
           prometheus_gauge("netpoll_shim_inventory_bad_lines",
                            "Lines of the inventory that cannot be read.", fleet.bad_lines());
}

NagiosState nagios_state(const Fleet& fleet) {
    if (fleet.hosts_of(Urgency::can_hang) > 0) {
        return NagiosState::critical;
    }
    if (fleet.hosts_that_need_action() > 0) {
        return NagiosState::warning;
    }
    return fleet.hosts() == 0 || fleet.bad_lines() > 0 || fleet.hosts_of(Urgency::unknown) > 0
               ? NagiosState::unknown
               : NagiosState::ok;
}

std::string render_nagios(const Fleet& fleet) {
    const auto can_hang = fleet.hosts_of(Urgency::can_hang);
    const auto action = fleet.hosts_that_need_action();
    const auto unknown = fleet.hosts_of(Urgency::unknown);
    return nagios_line(
        nagios_state(fleet),
        fmt::format("{} hosts: {} can hang, {} need action, {} unknown, {} bad lines",
                    fleet.hosts(), can_hang, action, unknown, fleet.bad_lines()),
        fmt::format("hosts={};;;0 can_hang={};;0;0 need_action={};0;;0 unknown={};;;0 "
                    "bad_lines={};;;0",
                    fleet.hosts(), can_hang, action, unknown, fleet.bad_lines()));
}

}  // namespace netpoll_shim
