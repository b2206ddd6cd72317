// SPDX-License-Identifier: GPL-2.0-or-later
// What arrives outside the guest when it turns interrupts off, prints and panics.
#include <fmt/core.h>

#include "scenario.hpp"

using std::chrono::seconds;

namespace {

struct Case {
    int cpus;
    int lines;
    bool pinned;  // all of the NIC's interrupts go to the CPU that crashes
};

std::string name_of(const testing::TestParamInfo<Case>& info) {
    return fmt::format("{}cpu_{}lines{}", info.param.cpus, info.param.lines,
                       info.param.pinned ? "_pinned" : "");
}

}  // namespace

class CrashDelivery : public Scenario, public testing::WithParamInterface<Case> {
  protected:
    // serve() has been called.
    rig::Delivery crash() {
        if (GetParam().pinned)
            rig::pin_interrupts(guest(), interface_, 0);
        guest().start(fmt::format("taskset 1 modprobe crash_burst lines={}", GetParam().lines));
        EXPECT_TRUE(guest().ends_within(seconds(120))) << "the guest hangs";
        const auto delivery = rig::compare_delivery(guest().serial_log(), receiver_.datagrams());
        fmt::print("{} of {} burst lines arrived, the panic's own {}\n", delivery.burst_arrived,
                   GetParam().lines, delivery.panic_arrived ? "too" : "did not");
        return delivery;
    }
};

class DrainDelivers : public CrashDelivery {};

TEST_P(DrainDelivers, EveryLineAndThePanic) {
    serve("drain", {.cpus = GetParam().cpus});
    const rig::Delivery delivery = crash();
    EXPECT_EQ(delivery.burst_arrived, static_cast<std::size_t>(GetParam().lines));
    EXPECT_TRUE(delivery.panic_arrived);
    EXPECT_EQ(delivery.arrived, delivery.printed) << "first missing: " << delivery.first_missing;
}

INSTANTIATE_TEST_SUITE_P(Ena, DrainDelivers,
                         testing::Values(Case{1, 3000, false}, Case{2, 3000, false},
                                         Case{2, 3000, true}, Case{1, 20000, false},
                                         Case{2, 20000, false}, Case{2, 20000, true}),
                         name_of);

// The published fix. That its loss is seen shows that the rig measures something.
class AttachDelivers : public CrashDelivery {};

TEST_P(AttachDelivers, AboutOneRing) {
    serve("attach", {.cpus = GetParam().cpus});
    rig::lift_byte_queue_limits(guest(), interface_);
    const rig::Delivery delivery = crash();
    EXPECT_GE(delivery.burst_arrived, 900U);
    EXPECT_LE(delivery.burst_arrived, 1024U);
    EXPECT_FALSE(delivery.panic_arrived);
}

// As users meet it: with byte queue limits it may be a line or two.
TEST_P(AttachDelivers, AtMostOneRingWithTheDefaultByteLimit) {
    serve("attach", {.cpus = GetParam().cpus});
    const rig::Delivery delivery = crash();
    EXPECT_GE(delivery.burst_arrived, 1U);
    EXPECT_LE(delivery.burst_arrived, 1024U);
    EXPECT_FALSE(delivery.panic_arrived);
}

INSTANTIATE_TEST_SUITE_P(Ena, AttachDelivers,
                         testing::Values(Case{1, 3000, true}, Case{2, 3000, true}), name_of);

class Refusal : public Scenario {};

TEST_F(Refusal, WithoutTheModuleTheKernelRefusesWithError524) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    const auto attached = attach_netconsole();
    EXPECT_NE(attached.status, 0);
    EXPECT_NE(attached.output.find("524"), std::string::npos) << attached.output;
    EXPECT_NE(log_lines_with("doesn't support polling, aborting"), "");
}
