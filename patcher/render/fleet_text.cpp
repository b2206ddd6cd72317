// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "render/fleet.hpp"
#include "render/layout.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

constexpr std::size_t max_rows = 10;
constexpr std::size_t max_ranked = 5;
constexpr std::size_t max_name = 48;

using Rows = std::vector<std::vector<std::string>>;

// A terminal must not obey what stands in an inventory.
std::string shown(std::string_view text) {
    std::string name(text.substr(0, max_name));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    if (text.size() > max_name) {
        name += "...";
    }
    return name.empty() ? "-" : name;
}

std::string verdict_table(const Fleet& fleet) {
    Rows rows;
    for (const auto& [verdict, hosts] : fleet.verdicts()) {
        rows.push_back({"  " + verdict_words(verdict.kind, verdict.mode), std::to_string(hosts),
                        std::string(urgency_words(verdict.urgency))});
    }
    return layout_table(rows);
}

// What most hosts that need action have in common.
std::string ranking(const std::string& title, const Fleet& fleet,
                    std::string FleetGroup::*property) {
    std::map<std::string, std::uint64_t> counts;
    for (const GroupTally* tally : fleet.groups()) {
        if (needs_action(tally->group->urgency)) {
            counts[(*tally->group).*property] += tally->hosts;
        }
    }
    std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
        return left.second > right.second;
    });
    Rows rows;
    for (std::size_t i = 0; i < std::min(max_ranked, sorted.size()); i++) {
        rows.push_back({"  " + shown(sorted[i].first), std::to_string(sorted[i].second)});
    }
    return rows.empty() ? "" : "\n" + title + "\n" + layout_table(rows);
}

std::string first_to_do(const Fleet& fleet) {
    Rows rows;
    std::size_t groups = 0;
    for (const GroupTally* tally : fleet.groups()) {
        const FleetGroup& group = *tally->group;
        if (!needs_action(group.urgency)) {
            break;
        }
        if (++groups <= max_rows) {
            rows.push_back({"  " + shown(group.kernel_release),
                            fmt::format("{} {}", shown(group.driver), shown(group.driver_version)),
                            verdict_words(group.kind, group.mode), std::to_string(tally->hosts),
                            group.urgency == Urgency::can_hang ? "can hang" : ""});
        }
    }
    if (rows.empty()) {
        return "";
    }
    return "\nto do first\n" + layout_table(rows) +
           (groups > max_rows
                ? fmt::format("  and {} more kernels and drivers: --format html shows them\n",
                              groups - max_rows)
                : "");
}

}  // namespace

std::string verdict_words(VerdictKind kind, const std::optional<Mode>& mode) {
    return mode ? fmt::format("{} {}", word(kind), mode_name(*mode)) : std::string(word(kind));
}

std::string_view urgency_words(Urgency urgency) {
    switch (urgency) {
        case Urgency::can_hang:
            return "netconsole attaches as it is, and the machine can hang";
        case Urgency::needs_guard:
            return "what the kernel says in a crash is lost; only guard is safe";
        case Urgency::needs_drain:
            return "what the kernel says in a crash is lost";
        case Urgency::needs_attach:
            return "netconsole is refused; attach sends a ring of messages at most";
        case Urgency::refused:
            return "what the kernel says in a crash is lost, and the module must not serve it";
        case Urgency::unknown:
            return "not enough evidence";
        case Urgency::served:
            return "served as it should be";
        case Urgency::native:
            break;
    }
    return "netpoll works as it is";
}

std::string render_text(const Fleet& fleet) {
    std::string text =
        fmt::format("inventory  {} hosts, {} bad lines\n\n", fleet.hosts(), fleet.bad_lines());
    text += verdict_table(fleet);
    text += ranking("kernels with most to do", fleet, &FleetGroup::kernel_release);
    text += ranking("drivers with most to do", fleet, &FleetGroup::driver);
    text += first_to_do(fleet);
    std::uint64_t others = 0;
    for (const auto& [verdict, hosts] : fleet.others()) {
        others += hosts;
    }
    if (others > 0) {
        text += fmt::format(
            "\n{} hosts are of kernels and drivers beyond the first {}, and are counted by verdict "
            "alone\n",
            others, Fleet::max_groups);
    }
    return text;
}

}  // namespace netpoll_shim
