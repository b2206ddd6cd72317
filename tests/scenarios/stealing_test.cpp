// SPDX-License-Identifier: GPL-2.0-or-later
// A CPU that prints must not end up with the NIC's work.
#include <fmt/core.h>

#include <chrono>
#include <sstream>
#include <thread>

#include "scenario.hpp"

namespace {

constexpr int bursts = 20;
constexpr int lines_per_burst = 600;

}  // namespace

class Stealing : public Scenario {
  protected:
    // The NIC's interrupts go to CPU 1; napi_cpus.ko looks on.
    void boot_with_interrupts_on_cpu1(const std::string& variant = "") {
        boot({.cpus = 2, .ring_size = 256});
        interface_ = rig::bring_up_nic(guest(), "ena", variant);
        rig::pin_interrupts(guest(), interface_, 1);
        flood_the_guest();
        guest().must("modprobe napi_cpus interface=" + interface_);
    }

    // Prints on CPU 0 again and again, each time more than the ring holds, under
    // receive load. Returns the ordinary NAPI polls that ran on each CPU.
    std::vector<long> polls_while_cpu0_prints(int tx_delay_us) {
        guest().set_nic_property("tx-delay-us", tx_delay_us);
        print_bursts(1);  // an interrupt moves to its new CPU when it comes the next time
        const auto before = polls();
        sent_before_ = guest().nic_counter("stat-tx-packets");
        print_bursts(bursts);
        auto during = polls();
        for (std::size_t cpu = 0; cpu < during.size(); ++cpu)
            during[cpu] -= before[cpu];
        fmt::print("ordinary NAPI polls meanwhile: {} on the CPU that prints, {} on the other\n",
                   during[0], during[1]);
        EXPECT_GT(during[1], 100) << "there was no traffic";
        return during;
    }

    void expect_not_stolen(const std::string& mode, const std::string& variant = "") {
        boot_with_interrupts_on_cpu1(variant);
        ASSERT_EQ(load_shim("policy=ena=" + mode).status, 0);
        ASSERT_EQ(attach_netconsole().status, 0);
        rig::lift_byte_queue_limits(guest(), interface_);
        // Longer than it takes to fill the ring.
        EXPECT_EQ(polls_while_cpu0_prints(30000)[0], 0);
        EXPECT_TRUE(every_line_is_sent());
        EXPECT_GT(counters(interface_).at("napi_polls"), 0) << "the ring was never full";
        expect_clean_log();
    }

    // At once or, where another CPU was in the way for long, by netpoll's work item.
    bool every_line_is_sent() {
        const auto sent = [&] { return guest().nic_counter("stat-tx-packets") - sent_before_; };
        for (int i = 0; i < 300 && sent() < bursts * lines_per_burst; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        return sent() >= bursts * lines_per_burst;
    }

  private:
    void print_bursts(int count) {
        guest().must(
            fmt::format("burst=$(find /lib/modules -name crash_burst.ko)\n"
                        "for i in $(seq {}); do\n"
                        "taskset 1 insmod $burst lines={} then_panic=0 && "
                        "rmmod crash_burst || exit 1; done",
                        count, lines_per_burst));
    }

    std::vector<long> polls() {
        std::istringstream text(guest().must("cat /sys/module/napi_cpus/parameters/polls"));
        return {std::istream_iterator<long>(text), std::istream_iterator<long>()};
    }

  protected:
    std::uint64_t sent_before_ = 0;
};

TEST_F(Stealing, DrainLeavesEveryNapiWhereItIs) {
    expect_not_stolen("drain");
}

TEST_F(Stealing, GuardLeavesEveryNapiWhereItIs) {
    if (!rig().options.drivers.contains("rx-at-budget-0"))
        GTEST_SKIP() << "no --driver rx-at-budget-0";
    expect_not_stolen("guard", "rx-at-budget-0");
}

// The old way. That it is seen shows that this test measures something. Not every
// time: netpoll gives up soon where nobody waits, and calls the hook no more.
TEST_F(Stealing, AHookThatSchedulesMovesThemToTheCpuThatPrints) {
    boot_with_interrupts_on_cpu1();
    guest().must("modprobe bad_hook interface=" + interface_);
    long stolen = 0;
    for (int i = 0; i < 10 && stolen == 0; ++i) {
        ASSERT_EQ(attach_netconsole().status, 0);
        guest().must("sleep 0.2");
        stolen = polls_while_cpu0_prints(2000)[0];
        rig::detach_netconsole(guest());
    }
    EXPECT_GT(stolen, 0);
}
