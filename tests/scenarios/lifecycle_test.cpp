// SPDX-License-Identifier: GPL-2.0-or-later
// Devices and the module come and go.
#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "datagram_flood.hpp"
#include "scenario.hpp"

using std::chrono::seconds;

class Lifecycle : public Scenario {
  protected:
    std::string mode_of(const std::string& interface) {
        return guest().run("cat /sys/class/net/" + interface + "/netpoll_shim/mode").output;
    }

    // Active objects of every slab cache.
    std::map<std::string, long> slabs() {
        std::map<std::string, long> objects;
        std::istringstream lines(
            guest().must("echo 3 >/proc/sys/vm/drop_caches; sleep 1; "
                         "awk 'NR > 2 { print $1, $2 }' /proc/slabinfo"));
        std::string name;
        long active = 0;
        while (lines >> name >> active)
            objects[name] = active;
        return objects;
    }
};

TEST_F(Lifecycle, UnloadPutsTheDriversOpsBack) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    const auto original = netdev_ops(interface_);
    EXPECT_EQ(original.at("poll_controller").find("shim"), std::string::npos);

    ASSERT_EQ(load_shim("policy=ena=drain").status, 0);
    const auto served = netdev_ops(interface_);
    EXPECT_NE(served.at("netdev_ops"), original.at("netdev_ops"));
    EXPECT_EQ(served.at("start_xmit"), original.at("start_xmit"));
    EXPECT_EQ(served.at("poll_controller"), "shim_poll_controller");

    unload_shim();
    EXPECT_EQ(netdev_ops(interface_), original);
    expect_clean_log();
}

// The wrapper comes with the first call of the hook.
TEST_F(Lifecycle, UnloadPutsTheDriversPollFunctionBack) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    const auto original = netdev_ops(interface_);
    ASSERT_EQ(load_shim("policy=ena=drain").status, 0);
    ASSERT_EQ(attach_netconsole().status, 0);
    wait_until_ready();
    guest().must("modprobe crash_burst lines=3000 then_panic=0");
    EXPECT_GT(counters(interface_).at("napi_polls"), 0);

    rig::detach_netconsole(guest());
    unload_shim();
    EXPECT_EQ(netdev_ops(interface_), original);
    // With the module's text gone a wrapper left behind would not survive this.
    guest().must("ping -q -c 20 -i 0.01 10.0.2.2");
    expect_clean_log();
}

TEST_F(Lifecycle, AttachedTargetKeepsTheModuleInUse) {
    serve("drain");
    const auto refused = guest().run("rmmod netpoll_shim");
    EXPECT_NE(refused.status, 0);
    EXPECT_EQ(mode_of(interface_), "drain\n");

    rig::detach_netconsole(guest());
    EXPECT_EQ(guest().run("rmmod netpoll_shim").status, 0);
    expect_clean_log();
}

TEST_F(Lifecycle, DeviceThatComesLaterIsServed) {
    boot();
    ASSERT_EQ(load_shim("policy=ena=drain").status, 0);
    interface_ = rig::bring_up_nic(guest(), "ena");
    EXPECT_EQ(mode_of(interface_), "drain\n");
    EXPECT_EQ(attach_netconsole().status, 0);
}

TEST_F(Lifecycle, RenameTakesTheFolderAlong) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    ASSERT_EQ(load_shim("policy=ena=drain").status, 0);
    guest().must(fmt::format("ip link set {0} down; ip link set {0} name net7; ip link set net7 up",
                             interface_));
    EXPECT_EQ(mode_of("net7"), "drain\n");
    unload_shim();
    EXPECT_NE(guest().run("ls /sys/class/net/net7/netpoll_shim").status, 0);
    expect_clean_log();
}

TEST_F(Lifecycle, DriverUnbindWithATargetAttachedAndBindAgain) {
    serve("drain");
    guest().must(
        "cd /sys/bus/pci/drivers/ena; for d in 0000:*; do echo $d >/tmp/slot; done; "
        "cat /tmp/slot >unbind");
    // netpoll is gone with the device: nothing holds the module any more.
    unload_shim();
    ASSERT_EQ(load_shim("policy=ena=drain").status, 0);
    guest().must("cat /tmp/slot >/sys/bus/pci/drivers/ena/bind");
    guest().must("ip link set eth0 up");
    EXPECT_EQ(mode_of("eth0"), "drain\n");
    expect_clean_log();
}

TEST_F(Lifecycle, NetpollUserThatLetsGoLastDoesNotKeepTheModule) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    ASSERT_EQ(load_shim("policy=ena=drain").status, 0);
    guest().must("modprobe late_netpoll interface=" + interface_);
    EXPECT_NE(guest().run("rmmod netpoll_shim").status, 0);
    guest().must("cd /sys/bus/pci/drivers/ena; for d in 0000:*; do echo $d >unbind; done");
    EXPECT_EQ(guest().run("rmmod netpoll_shim").status, 0);
    expect_clean_log();
}

TEST_F(Lifecycle, NamespaceMoveThereAndBack) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    ASSERT_EQ(load_shim("policy=ena=drain").status, 0);
    guest().must(
        fmt::format("unshare -n sleep 1000 & pid=$!; sleep 1; ip link set {0} netns $pid && "
                    "nsenter -t $pid -n ip link set {0} up && "
                    "nsenter -t $pid -n ip link set {0} netns 1 && kill $pid && ip link set {0} up",
                    interface_));
    EXPECT_EQ(mode_of(interface_), "drain\n");
    const std::string served = log_lines_with("serving, mode drain");
    EXPECT_EQ(std::count(served.begin(), served.end(), '\n'), 3) << served;
    unload_shim();
    expect_clean_log();
}

// Slub's debugging makes the counts exact and catches a use after free. Loading
// any module leaves things behind that the kernel frees lazily: what counts is
// what the shim leaves beyond a module that allocates nothing.
TEST_F(Lifecycle, HundredCyclesWithTrafficLeaveNothingBehind) {
    constexpr int cycles = 100;
    boot({.cpus = 2, .kernel_arguments = "slub_debug=FZPU"});
    interface_ = rig::bring_up_nic(guest(), "ena");
    const auto growth = [&](const std::string& module, const std::string& parameters) {
        const auto cycle = [&](int times) {
            guest().must(
                fmt::format("module=$(find /lib/modules -name {}.ko)\n"
                            "ping -q -i 0.01 -s 1000 10.0.2.2 >/dev/null & ping=$!\n"
                            "for i in $(seq {}); do insmod $module {} && rmmod {} || exit 1; done\n"
                            "kill $ping",
                            module, times, parameters, module));
        };
        cycle(5);  // what the first loads leave in caches is not counted
        const auto before = slabs();
        cycle(cycles);
        auto after = slabs();
        for (auto& [name, active] : after)
            if (const auto was = before.find(name); was != before.end())
                active -= was->second;
        return after;
    };

    const auto control = growth("netdev_ops", "");
    const auto original = netdev_ops(interface_);
    guest().must("rmmod netdev_ops");
    const auto rx_before = guest().nic_counter("stat-rx-packets");
    const rig::DatagramFlood flood(guest().port_into_guest(), 2000);
    const auto shim = growth("netpoll_shim", "policy=ena=drain");

    EXPECT_GT(guest().nic_counter("stat-rx-packets") - rx_before, 1000U) << "there was no traffic";
    long most = 0;
    for (const auto& [name, grown] : shim)
        if (const auto other = control.find(name); other != control.end()) {
            EXPECT_LT(grown - other->second, cycles / 2) << "slab " << name;
            most = std::max(most, grown - other->second);
        }
    fmt::print("{} cycles: no slab grew by more than {} objects beyond the control's\n", cycles,
               most);
    EXPECT_EQ(netdev_ops(interface_), original);
    expect_clean_log();
}
