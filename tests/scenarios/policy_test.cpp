// SPDX-License-Identifier: GPL-2.0-or-later
// What the module is told, what it refuses, and what it says of both.
#include <fmt/core.h>

#include "scenario.hpp"

class Policy : public Scenario {
  protected:
    bool served(const std::string& interface) {
        return guest().run("test -d /sys/class/net/" + interface + "/netpoll_shim").status == 0;
    }

    // Loads the module with drain for `driver` and expects one line that
    // refuses `interface` for `reason`.
    void expect_refused(const std::string& driver, const std::string& interface,
                        const std::string& reason) {
        guest().must("dmesg -c >/dev/null");
        ASSERT_EQ(load_shim("policy=" + driver + "=drain").status, 0);
        const std::string lines = log_lines_with("refused");
        EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
        EXPECT_NE(lines.find("netpoll_shim: " + interface + " (" + driver + " "), std::string::npos)
            << lines;
        EXPECT_NE(lines.find("refused: " + reason), std::string::npos) << lines;
        EXPECT_FALSE(served(interface));
        unload_shim();
    }
};

TEST_F(Policy, BadValueFailsTheLoadAndQuotesTheBadPart) {
    boot();
    const std::map<std::string, std::string> bad_part = {
        {"ena=drian", "bad entry 'ena=drian' in 'ena=drian': no such mode"},
        {"ena=drain,virtio_net", "bad entry 'virtio_net' in 'ena=drain,virtio_net': no mode"},
        {"ena=drain,", "bad entry '' in 'ena=drain,': no driver name"},
        {"ena=drain,=attach", "bad entry '=attach' in 'ena=drain,=attach': no driver name"},
        {"ena=", "bad entry 'ena=' in 'ena=': no such mode"},
        {"ena=none", "bad entry 'ena=none' in 'ena=none': no such mode"},
        {"builtin", "bad entry 'builtin' in 'builtin': no mode"},
        {"ena=drain=attach", "bad entry 'ena=drain=attach' in 'ena=drain=attach': no such mode"},
        {"ena=drain,ena=attach",
         "bad entry 'ena=attach' in 'ena=drain,ena=attach': driver named twice"},
        {"", "bad entry '' in '': no driver name"},
        {std::string(1024, 'x'), "policy: longer than 1023 characters"},
    };
    for (const auto& [policy, message] : bad_part) {
        guest().must("dmesg -c >/dev/null");
        EXPECT_NE(load_shim("'policy=" + policy + "'").status, 0) << policy;
        EXPECT_NE(log_lines_with("netpoll_shim: policy: ").find(message), std::string::npos)
            << log_lines_with("netpoll_shim");
    }
    expect_clean_log();
}

TEST_F(Policy, WithoutParameterTheTableOfTheDatabaseIsUsed) {
    boot();
    ASSERT_EQ(load_shim("").status, 0);
    EXPECT_EQ(guest().must("cat /sys/module/netpoll_shim/parameters/policy"), "builtin\n");
    interface_ = rig::bring_up_nic(guest(), "ena");
    const std::string mode_file = "cat /sys/class/net/" + interface_ + "/netpoll_shim/mode";
    // Since 5.12 what is not known to need guard must not get it.
    const std::string fallback =
        guest().run("grep -q ' napi_build_skb$' /proc/kallsyms").status == 0 ? "drain\n"
                                                                             : "guard\n";
    EXPECT_EQ(guest().must(mode_file), fallback) << "the kernel's own has no version";

    if (!rig().options.drivers.contains("rx-at-budget-0"))
        GTEST_SKIP() << "no --driver rx-at-budget-0";
    // The driver module's own version decides; 2.0.2 is in the file.
    const std::map<std::string, std::string> mode_of_version = {
        {"2.0.2", "guard\n"}, {"2.1.4", "guard\n"}, {"2.2.0", "drain\n"}, {"9.9.9", "drain\n"},
        {"0.9.9", fallback},  {"1.6.0", "guard\n"}, {"new42", fallback}};
    guest().must("rmmod ena");
    for (const auto& [version, mode] : mode_of_version) {
        guest().must("sed 's/version=2\\.0\\.2/version=" + version +
                     "/' /drivers/rx-at-budget-0.ko >/tmp/ena.ko && insmod /tmp/ena.ko && "
                     "ip link set " +
                     interface_ + " up");
        EXPECT_EQ(guest().must("cat /sys/module/ena/version"), version + "\n");
        EXPECT_EQ(guest().must(mode_file), mode) << version;
        guest().must("rmmod ena");
    }
}

TEST_F(Policy, OnlyNamedDriversAreTouched) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    const auto before = netdev_ops(interface_);
    ASSERT_EQ(load_shim("policy=virtio_net=drain,e1000=attach").status, 0);
    EXPECT_EQ(netdev_ops(interface_), before);
    EXPECT_EQ(log_lines_with("refused"), "");
}

TEST_F(Policy, DryRunReportsEveryDeviceAndTouchesNone) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    const auto before = netdev_ops(interface_);
    ASSERT_EQ(load_shim("dry_run=1 policy=ena=drain").status, 0);
    EXPECT_NE(
        log_lines_with("dry run: lo: driver=- version=- bus=- hook=no disable_netpoll=no napi=0 "
                       "would=leave why=\"the policy does not name its driver\""),
        "");
    EXPECT_NE(
        log_lines_with(fmt::format("dry run: {}: driver=ena version=- bus=0000:00:02.0 hook=no "
                                   "disable_netpoll=no napi=1 would=drain why=",
                                   interface_)),
        "");
    EXPECT_EQ(netdev_ops(interface_), before);
    EXPECT_FALSE(served(interface_));
    EXPECT_NE(attach_netconsole().status, 0) << "netpoll attached in a dry run";
    unload_shim();
}

TEST_F(Policy, DriverWithTheHookIsRefused) {
    boot({.nic = "e1000"});
    interface_ = rig::bring_up_nic(guest(), "e1000");
    expect_refused("e1000", interface_, "its driver has ndo_poll_controller");
}

TEST_F(Policy, GuardTakesThePlaceOfAHook) {
    if (!rig().options.drivers.contains("own-hook"))
        GTEST_SKIP() << "no --driver own-hook";
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena", "own-hook");
    const auto original = netdev_ops(interface_);
    EXPECT_NE(original.at("poll_controller"), "0x0");
    expect_refused("ena", interface_, "its driver has ndo_poll_controller");
    ASSERT_EQ(load_shim("policy=ena=guard").status, 0);
    EXPECT_EQ(netdev_ops(interface_).at("poll_controller"), "shim_poll_controller");
    unload_shim();
    EXPECT_EQ(netdev_ops(interface_), original);
    expect_clean_log();
}

TEST_F(Policy, DeviceWithNetpollDisabledIsRefused) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    guest().must("modprobe netdev_ops; echo " + interface_ +
                 " >/sys/module/netdev_ops/parameters/disable_netpoll");
    expect_refused("ena", interface_, "IFF_DISABLE_NETPOLL is set");
}

TEST_F(Policy, StackedDevicesAreRefused) {
    boot();
    interface_ = rig::bring_up_nic(guest(), "ena");
    guest().must("modprobe bridge; ip link add br0 type bridge");
    expect_refused("bridge", "br0", "stacked device");
    guest().must("modprobe macvlan; ip link add link " + interface_ + " name mv0 type macvlan");
    expect_refused("macvlan", "mv0", "stacked device");
    guest().must("modprobe 8021q; ip link add link " + interface_ + " name vl0 type vlan id 7");
    expect_refused("vlan", "vl0", "stacked device");
}

TEST_F(Policy, DriverThatComparesItsOpsIsRefused) {
    boot();
    if (guest().run("modprobe tun").status != 0)
        GTEST_SKIP() << "the kernel tree has no tun.ko";
    guest().must(
        "mkdir -p /dev/net; [ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200; "
        "tunctl -t tap0");
    expect_refused("tun", "tap0", "its driver compares netdev_ops pointers");
}

TEST_F(Policy, DeviceWithoutNapiIsRefusedOnceItIsUp) {
    boot();
    guest().must("modprobe dummy numdummies=0; ip link add d0 type dummy");
    guest().must("dmesg -c >/dev/null");
    ASSERT_EQ(load_shim("policy=dummy=drain").status, 0);
    EXPECT_EQ(log_lines_with("refused"), "") << "a device that is down may get its NAPI later";
    guest().must("ip link set d0 up; ip link set d0 down; ip link set d0 up");
    const std::string lines = log_lines_with("refused: no NAPI context to drain");
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
    EXPECT_FALSE(served("d0"));
    unload_shim();
    expect_clean_log();
}
