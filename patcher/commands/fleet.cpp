// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace netpoll_shim {

namespace {

Urgency urgency_of(const Verdict& verdict) {
    if (verdict.can_hang) {
        return Urgency::can_hang;
    }
    switch (verdict.kind) {
        case VerdictKind::native:
            return Urgency::native;
        case VerdictKind::refuse:
            return Urgency::refused;
        case VerdictKind::unknown:
            return Urgency::unknown;
        case VerdictKind::shim:
            break;
    }
    if (verdict.service == Service::served || verdict.service == Service::waiting) {
        return Urgency::served;
    }
    switch (verdict.mode.value_or(Mode::attach)) {
        case Mode::guard:
            return Urgency::needs_guard;
        case Mode::drain:
            return Urgency::needs_drain;
        case Mode::attach:
            break;
    }
    return Urgency::needs_attach;
}

VerdictClass class_of(const FleetGroup& group) {
    return {group.urgency, group.kind, group.mode};
}

// Lengths tell where one text ends, whatever is in it.
void append(std::string& key, std::string_view text) {
    fmt::format_to(std::back_inserter(key), "{}:{}", text.size(), text);
}

std::string key_of(const FleetGroup& group) {
    std::string key =
        fmt::format("{}{}{}", static_cast<int>(group.urgency), static_cast<int>(group.kind),
                    group.mode ? static_cast<int>(*group.mode) : 9);
    append(key, group.kernel_release);
    append(key, group.driver);
    append(key, group.driver_version);
    for (const auto* texts : {&group.remedies, &group.alternatives}) {
        fmt::format_to(std::back_inserter(key), "{}*", texts->size());
        for (const std::string& text : *texts) {
            append(key, text);
        }
    }
    return key;
}

}  // namespace

FleetGroup make_group(std::string_view kernel_release, const Verdict& verdict) {
    FleetGroup group;
    group.kernel_release = kernel_release;
    group.driver = verdict.driver;
    group.driver_version = verdict.driver_version;
    group.kind = verdict.kind;
    group.mode = verdict.mode;
    group.urgency = urgency_of(verdict);
    group.remedies = verdict.remedies;
    group.alternatives = verdict.alternatives;
    group.key = key_of(group);
    return group;
}

void Fleet::add(GroupTally tally) {
    hosts_ += tally.hosts;
    verdicts_[class_of(*tally.group)] += tally.hosts;
    const auto found = groups_.find(tally.group->key);
    if (found == groups_.end()) {
        if (groups_.size() == max_groups) {
            others_[class_of(*tally.group)] += tally.hosts;
            return;
        }
        const std::string_view key = tally.group->key;
        groups_.emplace(key, std::move(tally));
        return;
    }
    GroupTally& known = found->second;
    known.hosts += tally.hosts;
    for (std::string& host : tally.first_hosts) {
        if (known.first_hosts.size() == max_first_hosts) {
            break;
        }
        known.first_hosts.push_back(std::move(host));
    }
}

void Fleet::add_bad_lines(std::uint64_t count, std::vector<BadLine> first) {
    bad_lines_ += count;
    const std::size_t room = max_bad_lines - first_bad_lines_.size();
    const auto end = first.begin() + static_cast<std::ptrdiff_t>(std::min(room, first.size()));
    std::move(first.begin(), end, std::back_inserter(first_bad_lines_));
}

std::uint64_t Fleet::hosts_of(Urgency urgency) const {
    std::uint64_t hosts = 0;
    for (const auto& [verdict, count] : verdicts_) {
        hosts += verdict.urgency == urgency ? count : 0;
    }
    return hosts;
}

std::uint64_t Fleet::hosts_that_need_action() const {
    std::uint64_t hosts = 0;
    for (const auto& [verdict, count] : verdicts_) {
        hosts += needs_action(verdict.urgency) ? count : 0;
    }
    return hosts;
}

std::vector<const GroupTally*> Fleet::groups() const {
    std::vector<const GroupTally*> sorted;
    sorted.reserve(groups_.size());
    for (const auto& [key, tally] : groups_) {
        sorted.push_back(&tally);
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto* left, const auto* right) {
        if (left->group->urgency != right->group->urgency) {
            return left->group->urgency < right->group->urgency;
        }
        if (left->hosts != right->hosts) {
            return left->hosts > right->hosts;
        }
        return left->group->key < right->group->key;
    });
    return sorted;
}

ExitCode Fleet::exit_code() const {
    if (bad_lines_ > 0) {
        return ExitCode::failed;
    }
    if (hosts_that_need_action() > 0) {
        return ExitCode::action_needed;
    }
    return hosts_ == 0 || hosts_of(Urgency::unknown) > 0 ? ExitCode::unknown : ExitCode::done;
}

}  // namespace netpoll_shim
