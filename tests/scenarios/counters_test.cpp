// SPDX-License-Identifier: GPL-2.0-or-later
// The counters in sysfs against what was made to happen.
#include <fmt/core.h>

#include "scenario.hpp"

namespace {

constexpr int ring = 1024;
constexpr int lines = 3000;

}  // namespace

class Counters : public Scenario {
  protected:
    std::map<std::string, long> after_corner(const std::string& corner) {
        guest().must(
            fmt::format("modprobe netpoll_corner case={} interface={}", corner, interface_));
        return counters(interface_);
    }

    // With one NAPI context: every call of the hook passed over it.
    void expect_all_skipped(const std::string& corner, const std::string& counter) {
        serve("drain");
        const auto after = after_corner(corner);
        EXPECT_GT(after.at(counter), 0);
        EXPECT_EQ(after.at(counter), after.at("hook_calls"));
        EXPECT_EQ(after.at("napi_polls"), 0);
        expect_clean_log();
    }

    // Each call of the hook looks at every NAPI once, unless it is inside the
    // transmit function.
    static void expect_sum(const std::map<std::string, long>& c, long napis) {
        EXPECT_EQ(c.at("napi_polls") + c.at("skipped_busy") + c.at("skipped_disabled"),
                  (c.at("hook_calls") - c.at("skipped_xmit")) * napis);
    }
};

TEST_F(Counters, DrainPollsAsOftenAsTheRingDemands) {
    serve("drain", {.cpus = 2, .ring_size = ring});
    const long napis = std::stol(netdev_ops(interface_).at("napis"));
    EXPECT_EQ(napis, 2);
    rig::pin_interrupts_to_cpu0(guest(), interface_);
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
    expect_sum(after, napis);
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

TEST_F(Counters, OwnTransmitLockIsSkipped) {
    expect_all_skipped("xmit", "skipped_xmit");
}

TEST_F(Counters, NapiThatSomebodyElsePollsIsSkipped) {
    expect_all_skipped("busy", "skipped_busy");
}

TEST_F(Counters, DisabledNapiIsSkipped) {
    expect_all_skipped("disabled", "skipped_disabled");
}

TEST_F(Counters, FreshNapiIsSkipped) {
    serve("drain");
    const auto after = after_corner("fresh");
    EXPECT_GT(after.at("skipped_disabled"), 0);
    EXPECT_EQ(after.at("skipped_disabled"), after.at("hook_calls"));
    EXPECT_EQ(after.at("napi_polls"), after.at("hook_calls")) << "the device's own NAPI";
    expect_clean_log();
}

// A softirq that is raised while softirqs are held off wakes nobody up. Without
// the NIC's own interrupts it would wait for the next tick.
TEST_F(Counters, SoftirqsRaisedInAPollDoNotWaitForTheNextTick) {
    serve("drain");
    guest().set_nic_property("io-irq", false);
    after_corner("softirq");
    EXPECT_NE(log_lines_with("corner: softirqs left pending: 0 of 20"), "")
        << log_lines_with("corner: ");
    expect_clean_log();
}

// Measured on 4.4.121 with ENA 2.0.2 under load: without it the machine hangs.
// Where the kernel warns of local_bh_enable() with interrupts off (4.4, lockdep)
// that is of the poll's own doing, so the log is not looked at.
TEST_F(Counters, RxWorkInAPollDoesNotRunSoftirqs) {
    serve("drain");
    const auto after = after_corner("rxwork");
    EXPECT_GT(after.at("napi_polls"), 0);
}
