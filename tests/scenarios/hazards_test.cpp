// SPDX-License-Identifier: GPL-2.0-or-later
// netpoll at a bad moment (tests/guest/netpoll_corner.c). A guest that hangs
// fails its test: run() throws.
#include <fmt/core.h>

#include "scenario.hpp"

class Hazards : public Scenario {
  protected:
    // Loads the corner module first: the shim keeps NAPI contexts to itself.
    void serve_corner(const std::string& mode, const rig::GuestConfig& config = {}) {
        // guard is for class C drivers, and only they are safe with it.
        const std::string class_c = "rx-at-budget-0";
        const bool wants_class_c = mode == "guard" && rig().options.drivers.contains(class_c);
        boot(config);
        interface_ = rig::bring_up_nic(guest(), "ena", wants_class_c ? class_c : "");
        guest().must("modprobe netpoll_corner interface=" + interface_);
        ASSERT_EQ(load_shim("policy=ena=" + mode).status, 0);
    }

    void attach() {
        const auto attached = attach_netconsole();
        ASSERT_EQ(attached.status, 0) << attached.output;
        wait_until_ready();
    }

    std::map<std::string, long> after_corner(const std::string& corner) {
        // On CPU 0: one case keeps CPU 1 busy.
        guest().must("taskset 1 sh -c 'echo " + corner +
                     " >/sys/module/netpoll_corner/parameters/case'");
        return counters(interface_);
    }

    // Lines that netpoll had put off when the machine died.
    void expect_queued_lines_arrive(const std::string& corner, int cpus = 1) {
        serve_corner("drain", {.cpus = cpus});
        attach();
        guest().start("echo " + corner + " >/sys/module/netpoll_corner/parameters/case");
        EXPECT_TRUE(guest().ends_within(std::chrono::seconds(60))) << "the guest hangs";
        std::string all;
        for (const std::string& datagram : receiver_.datagrams())
            all += datagram;
        EXPECT_NE(all.find("] corner line 1\n"), std::string::npos) << all;
        EXPECT_NE(all.find("] corner line 3\n"), std::string::npos) << all;
        EXPECT_NE(all.find("Kernel panic - not syncing"), std::string::npos) << all;
    }

    // What the corner module found out.
    void expect_said(const std::string& text) {
        EXPECT_NE(log_lines_with("corner: " + text), "") << log_lines_with("corner: ");
    }
};

TEST_F(Hazards, NothingIsPolledInsideTheTransmitFunction) {
    serve_corner("drain");
    attach();
    const auto after = after_corner("xmit");
    EXPECT_GT(after.at("skipped_xmit"), 0);
    EXPECT_EQ(after.at("skipped_xmit"), after.at("hook_calls"));
    EXPECT_EQ(after.at("napi_polls"), 0);
    expect_clean_log();
}

// The hook stays away; the old core behind it would poll what is scheduled.
TEST_F(Hazards, NorByTheCore) {
    serve_corner("drain");
    attach();
    const auto after = after_corner("xmit_scheduled");
    EXPECT_GT(after.at("skipped_xmit"), 0);
    expect_clean_log();
}

TEST_F(Hazards, NapiThatSomebodyElsePollsIsSkipped) {
    serve_corner("drain");
    attach();
    const auto after = after_corner("busy");
    EXPECT_GT(after.at("hook_calls"), 0);
    EXPECT_GE(after.at("skipped_busy"), after.at("hook_calls"));
    EXPECT_EQ(after.at("napi_polls"), 0);
    expect_clean_log();
}

TEST_F(Hazards, DisabledNapiIsSkipped) {
    serve_corner("drain");
    attach();
    const auto after = after_corner("disabled");
    EXPECT_GT(after.at("hook_calls"), 0);
    EXPECT_GE(after.at("skipped_disabled"), after.at("hook_calls"));
    EXPECT_EQ(after.at("napi_polls"), 0);
    expect_clean_log();
}

// Neither by the hook nor by the core behind it: kernels before 5.9 mark it by
// nothing but SCHED.
TEST_F(Hazards, FreshNapiIsSkipped) {
    serve_corner("drain");
    attach();
    const auto after = after_corner("fresh");
    EXPECT_GT(after.at("skipped_disabled"), 0);
    EXPECT_GT(after.at("napi_polls"), 0) << "the device's own NAPI";
    expect_clean_log();
}

TEST_F(Hazards, NapiDeletedWhileTheHookWalks) {
    serve_corner("drain");
    attach();
    after_corner("deleted");
    expect_said("polled 1 times at budget 0");
    expect_clean_log();
}

TEST_F(Hazards, NapiDeletedWhileTheCoreWalks) {
    serve_corner("drain");
    attach();
    after_corner("deleted_scheduled");
    expect_said("polled 2 times at budget 0");
    expect_clean_log();
}

// As resets do it, while another CPU prints.
TEST_F(Hazards, NapisComeAndGoWhileNetpollSends) {
    boot({.cpus = 2});
    ASSERT_EQ(load_shim("policy=churn=drain").status, 0);
    guest().must("taskset 1 insmod $(find /lib/modules -name napi_churn.ko)");
    fmt::print("{}", log_lines_with("churn: "));
    expect_clean_log();
}

TEST_F(Hazards, NetpollAttachedWhileANapiIsPolled) {
    serve_corner("drain", {.cpus = 2});
    const auto after = after_corner("attaching");
    expect_said("polled again while polled: no, completes: yes");
    EXPECT_GT(after.at("skipped_attaching"), 0);
    EXPECT_EQ(after.at("skipped_attaching"), after.at("hook_calls"));
    expect_clean_log();
}

TEST_F(Hazards, CompletionAtBudgetZero) {
    serve_corner("drain");
    attach();
    const auto after = after_corner("completing");
    EXPECT_GT(after.at("napi_polls"), 0);
    expect_said("stays scheduled: yes");
    expect_clean_log();
}

// A softirq that is raised while softirqs are held off wakes nobody up. Without
// the NIC's own interrupts it would wait for the next tick.
TEST_F(Hazards, SoftirqsRaisedInAPollDoNotWaitForTheNextTick) {
    serve_corner("drain");
    attach();
    guest().set_nic_property("io-irq", false);
    after_corner("softirq");
    expect_said("softirqs left pending: 0 of 20");
    expect_clean_log();
}

// Measured on 4.4.121 with ENA 2.0.2 under load: without it the machine hangs.
// Where the kernel warns of local_bh_enable() with interrupts off (4.4, lockdep)
// that is of the poll's own doing, so the log is not looked at.
TEST_F(Hazards, RxWorkInAPollDoesNotRunSoftirqs) {
    serve_corner("drain");
    attach();
    EXPECT_GT(after_corner("rxwork").at("napi_polls"), 0);
}

TEST_F(Hazards, GuardPutsAsideWhatIsReceivedInAPoll) {
    serve_corner("guard");
    attach();
    const auto after = after_corner("receiving");
    const long polls = after.at("rx_deferred");
    EXPECT_GT(polls, 0);
    expect_said(fmt::format("largest budget 1, received {}, in a poll 0", polls));
    expect_clean_log();
}

TEST_F(Hazards, GuardLeavesTheRxHandlerOfABridgeInPlace) {
    serve_corner("guard");
    attach();
    const auto after = after_corner("receiving_bridged");
    const long polls = after.at("rx_deferred");
    EXPECT_GT(polls, 0);
    expect_said(fmt::format("rx_handler saw {}, in a poll 0, in place: yes", polls));
    expect_said(fmt::format("largest budget 1, received {}, in a poll 0", polls));
    expect_clean_log();
}

// Per-CPU caches, packet sockets' locks and destructors are not made for it.
TEST_F(Hazards, NothingIsPolledInAHardInterrupt) {
    serve_corner("drain");
    attach();
    const auto after = after_corner("hardirq");
    EXPECT_GT(after.at("skipped_unsafe"), 0);
    EXPECT_EQ(after.at("skipped_unsafe"), after.at("hook_calls"));
    EXPECT_EQ(after.at("napi_polls"), 0);
    expect_clean_log();
}

// What comes for a VLAN goes up before it could be put aside.
TEST_F(Hazards, GuardReceivesNothingUnderAVlan) {
    serve_corner("guard");
    guest().must("modprobe 8021q; ip link add link " + interface_ + " name vl0 type vlan id 7");
    attach();
    const auto after = after_corner("receiving");
    expect_said("largest budget 0, received 0, in a poll 0");
    EXPECT_EQ(after.at("skipped_unsafe"), after.at("hook_calls"));
}

TEST_F(Hazards, LinesQueuedForLaterAreSentAtPanic) {
    expect_queued_lines_arrive("panic_with_lines_queued");
}

// A CPU that is stopped in the middle of sending holds its queue's lock for ever.
TEST_F(Hazards, LinesGoAroundTheFirstQueueThatAStoppedCpuHasLocked) {
    expect_queued_lines_arrive("panic_with_first_queue_locked", 2);
}

TEST_F(Hazards, LinesGoAroundTheLastQueueThatAStoppedCpuHasLocked) {
    expect_queued_lines_arrive("panic_with_last_queue_locked", 2);
}

// netpoll queues what is printed while this CPU polls a NAPI.
TEST_F(Hazards, LinesOfAPanicInsideAPollAreSent) {
    expect_queued_lines_arrive("panic_in_poll");
}
