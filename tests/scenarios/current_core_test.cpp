// SPDX-License-Identifier: GPL-2.0-or-later
// On a kernel that demands no hook: its core polls every NAPI at budget 0 by
// itself, which a class C driver is not safe for.
#include <fmt/core.h>

#include "scenario.hpp"

using std::chrono::seconds;

namespace {

constexpr int lines = 3000;

}  // namespace

class OnCurrentCore : public Scenario, public testing::WithParamInterface<int> {
  protected:
    void boot_class_c() {
        ASSERT_TRUE(rig().options.drivers.contains("rx-at-budget-0"));
        boot({.cpus = GetParam(), .ring_size = 256});
        interface_ = rig::bring_up_nic(guest(), "ena", "rx-at-budget-0");
        rig::pin_interrupts(guest(), interface_, 0);
    }

    // The RX ring is full when the first line comes.
    std::string burst(int then_panic) {
        return fmt::format(
            "taskset 1 insmod $(find /lib/modules -name crash_burst.ko) lines={} "
            "then_panic={} silence_ms=500",
            lines, then_panic);
    }
};

TEST_P(OnCurrentCore, GuardKeepsRxOutOfTheCoresPolls) {
    boot_class_c();
    // netpoll is there before the module.
    ASSERT_EQ(attach_netconsole().status, 0);
    ASSERT_EQ(load_shim("policy=ena=guard").status, 0);
    wait_until_ready();

    flood_the_guest();
    guest().must(burst(0));
    const auto after = counters(interface_);
    fmt::print("{} polls by the core, {} packets put aside\n", after.at("napi_polls"),
               after.at("rx_deferred"));
    EXPECT_GT(after.at("napi_polls"), 0);
    EXPECT_GT(after.at("rx_deferred"), 0);
    EXPECT_LE(after.at("rx_deferred"), after.at("napi_polls")) << "one for each poll at most";
    expect_clean_log();

    guest().must("rmmod crash_burst");
    guest().start(burst(1));
    EXPECT_TRUE(guest().ends_within(seconds(120))) << "the guest hangs";
    const auto delivery = rig::compare_delivery(guest().serial_log(), receiver_.datagrams());
    EXPECT_TRUE(delivery.panic_arrived);
    EXPECT_EQ(delivery.arrived, delivery.printed) << "first missing: " << delivery.first_missing;
}

// No later event tells the module of netpoll.
TEST_P(OnCurrentCore, NetpollAttachedWhileTheDeviceWasDown) {
    boot_class_c();
    guest().must(fmt::format("ip link set {} down; modprobe late_netpoll interface={}", interface_,
                             interface_));
    ASSERT_EQ(load_shim("policy=ena=guard").status, 0);
    guest().must("ip link set " + interface_ + " up");
    wait_until_ready();
    expect_clean_log();
}

TEST_P(OnCurrentCore, UnloadPutsThePollFunctionBackUnderATarget) {
    boot_class_c();
    const auto original = netdev_ops(interface_);
    ASSERT_EQ(attach_netconsole().status, 0);
    ASSERT_EQ(load_shim("policy=ena=guard").status, 0);
    wait_until_ready();
    guest().must(burst(0));
    EXPECT_NE(netdev_ops(interface_), original);
    unload_shim();
    EXPECT_EQ(netdev_ops(interface_), original);
    guest().must("rmmod crash_burst; " + burst(0));
    expect_clean_log();
}

INSTANTIATE_TEST_SUITE_P(Cpus, OnCurrentCore, testing::Values(1, 2),
                         [](const auto& info) { return fmt::format("{}cpu", info.param); });
