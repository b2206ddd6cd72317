// SPDX-License-Identifier: GPL-2.0-or-later
// The counters in sysfs against what was made to happen.
#include <fmt/core.h>

#include "scenario.hpp"

namespace {

constexpr int ring = 1024;
constexpr int lines = 3000;

}  // namespace

class Counters : public Scenario {};

TEST_F(Counters, DrainPollsAsOftenAsTheRingDemands) {
    serve("drain", {.cpus = 2, .ring_size = ring});
    constexpr long napis = 2;  // one for each CPU
    rig::pin_interrupts(guest(), interface_, 0);
    const auto before = counters(interface_);
    const auto sent_before = guest().nic_counter("stat-tx-packets");
    guest().must(fmt::format("taskset 1 modprobe crash_burst lines={} then_panic=0", lines));
    const auto after = counters(interface_);

    EXPECT_GE(guest().nic_counter("stat-tx-packets") - sent_before, lines);
    // One poll of ENA reclaims at most a quarter of its ring, and an old core
    // polls a scheduled NAPI once more behind the hook.
    const long calls = after.at("hook_calls") - before.at("hook_calls");
    fmt::print("{} lines, ring {}: {} hook calls, {} NAPI polls, {} skipped\n", lines, ring, calls,
               after.at("napi_polls"), after.at("skipped_busy"));
    EXPECT_GE(calls, (lines - ring) / (ring / 2));
    EXPECT_GE(after.at("napi_polls"), calls * napis - after.at("skipped_busy"));
    EXPECT_EQ(after.at("skipped_xmit"), 0);
    EXPECT_EQ(after.at("skipped_disabled"), 0);
    EXPECT_EQ(after.at("skipped_attaching"), 0);
    EXPECT_EQ(after.at("rx_deferred"), 0);
    expect_clean_log();
}

TEST_F(Counters, AttachNeverPolls) {
    serve("attach", {.ring_size = ring});
    guest().must(fmt::format("taskset 1 modprobe crash_burst lines={} then_panic=0", ring + 10));
    const auto after = counters(interface_);
    EXPECT_GT(after.at("hook_calls"), 0);
    EXPECT_EQ(after.at("napi_polls"), 0);
    EXPECT_EQ(after.at("skipped_busy"), 0);
}
