// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluate/verdict.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// What is to be done about a host, the most pressing first.
enum class Urgency {
    can_hang,     // netconsole attaches as it is, and the machine can hang
    needs_guard,  // what it says in a crash is lost; only guard is safe
    needs_drain,  // what it says in a crash is lost
    needs_attach,
    refused,  // what it says in a crash is lost, and the module does not help
    unknown,
    served,  // as its verdict wants it
    native,
};

constexpr bool needs_action(Urgency urgency) {
    return urgency <= Urgency::refused;
}

// Hosts of one kernel and one driver of which the same is concluded.
struct FleetGroup {
    std::string kernel_release;
    std::string driver;
    std::string driver_version;  // for display; "" if unknown
    VerdictKind kind = VerdictKind::unknown;
    std::optional<Mode> mode;
    Urgency urgency = Urgency::unknown;
    std::vector<std::string> remedies;
    std::vector<std::string> alternatives;
    std::string key;  // tells groups apart
};

FleetGroup make_group(std::string_view kernel_release, const Verdict& verdict);

struct GroupTally {
    std::shared_ptr<const FleetGroup> group;
    std::uint64_t hosts = 0;
    std::vector<std::string> first_hosts;  // names, as far as they were asked for
};

struct BadLine {
    std::uint64_t line = 0;
    std::string message;
};

// Hosts of a verdict beyond the groups that are kept.
struct VerdictClass {
    Urgency urgency = Urgency::unknown;
    VerdictKind kind = VerdictKind::unknown;
    std::optional<Mode> mode;

    auto operator<=>(const VerdictClass&) const = default;
};

// What is concluded for a fleet. Bounded: beyond `max_groups` hosts are counted by verdict alone,
// beyond `max_bad_lines` bad lines are counted alone.
class Fleet {
  public:
    static constexpr std::size_t max_groups = 4096;
    static constexpr std::size_t max_bad_lines = 20;
    static constexpr std::size_t max_first_hosts = 50;

    // A tally of more hosts, which come after those that are counted.
    void add(GroupTally tally);
    // Bad lines after those that are counted; `first` are the first of them, at least as many as
    // are kept.
    void add_bad_lines(std::uint64_t count, std::vector<BadLine> first);

    std::uint64_t hosts() const { return hosts_; }
    std::uint64_t bad_lines() const { return bad_lines_; }
    const std::vector<BadLine>& first_bad_lines() const { return first_bad_lines_; }
    const std::map<VerdictClass, std::uint64_t>& verdicts() const { return verdicts_; }
    // Hosts of these urgencies.
    std::uint64_t hosts_of(Urgency urgency) const;
    std::uint64_t hosts_that_need_action() const;
    // What is to be done first comes first; among equals, what most hosts need.
    std::vector<const GroupTally*> groups() const;
    // Hosts that are in none of the groups.
    const std::map<VerdictClass, std::uint64_t>& others() const { return others_; }

    // As summarize() for all hosts; failed where lines were bad.
    ExitCode exit_code() const;

  private:
    std::unordered_map<std::string_view, GroupTally> groups_;  // by the group's own key
    std::map<VerdictClass, std::uint64_t> verdicts_;
    std::map<VerdictClass, std::uint64_t> others_;
    std::uint64_t hosts_ = 0;
    std::uint64_t bad_lines_ = 0;
    std::vector<BadLine> first_bad_lines_;
};

}  // namespace netpoll_shim
