// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/device.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

Result<std::vector<DeviceFacts>> gather(const test::FakeHost& host) {
    const HostSources sources = host.sources();
    ModuleFiles files(sources.module_directory());
    return gather_devices(sources, files);
}

DeviceFacts only_device(const test::FakeHost& host) {
    const auto devices = gather(host);
    EXPECT_TRUE(devices);
    EXPECT_EQ(devices->size(), 1U);
    return devices->at(0);
}

TEST(DeviceFacts, NeedSysfs) {
    const test::FakeHost host;
    host.remove("sys/class/net");
    const auto devices = gather(host);
    ASSERT_FALSE(devices);
    EXPECT_EQ(devices.error().exit_code, ExitCode::failed);
    EXPECT_NE(devices.error().message.find("sys/class/net"), std::string::npos);
}

TEST(DeviceFacts, OfAPciDevice) {
    test::FakeHost host;
    host.add_device("eth0", "ena");
    host.set_module("ena", "2.2.0g", "OE");
    host.write("sys/module/ena/srcversion", "ABCDEF\n");
    host.ethtool["eth0"] = {"ena", "2.2.0g", "0000:00:05.0"};
    const DeviceFacts device = only_device(host);
    EXPECT_EQ(device.name, "eth0");
    EXPECT_TRUE(device.up);
    ASSERT_TRUE(device.driver && device.module && device.ethtool);
    EXPECT_EQ(device.driver->value, "ena");
    EXPECT_EQ(device.driver->source, host.path("sys/class/net/eth0/device/driver"));
    EXPECT_EQ(device.bus_address, "0000:00:05.eth0");
    EXPECT_EQ(device.ethtool->version, "2.2.0g");
    EXPECT_EQ(device.module->name, "ena");
    ASSERT_TRUE(device.module->version && device.module->in_tree && device.module->srcversion);
    EXPECT_EQ(device.module->version->value, "2.2.0g");
    EXPECT_EQ(device.module->version->source, host.path("sys/module/ena/version"));
    EXPECT_FALSE(device.module->in_tree->value);
    EXPECT_EQ(device.module->srcversion->value, "ABCDEF");
    EXPECT_FALSE(device.served);
}

TEST(DeviceFacts, OfADeviceThatIsDown) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.set_up("eth0", false);
    EXPECT_FALSE(only_device(host).up);
}

TEST(DeviceFacts, OfAVirtualDevice) {
    const test::FakeHost host;
    host.write("sys/class/net/lo/flags", "0x9\n");
    const DeviceFacts device = only_device(host);
    EXPECT_FALSE(device.driver);
    EXPECT_FALSE(device.bus_address);
    EXPECT_FALSE(device.module);
    EXPECT_TRUE(device.up);
}

TEST(DeviceFacts, OfADriverThatIsBuiltIn) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    // Its driver may link to /sys/module all the same, but it was never initialised as a module.
    host.remove("sys/module/ena/initstate");
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.driver);
    EXPECT_FALSE(device.module);
}

TEST(DeviceFacts, TakeAnUntaintedModuleForInTree) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.set_module("ena", "2.1.0K", "");
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.module && device.module->in_tree);
    EXPECT_TRUE(device.module->in_tree->value);
}

TEST(DeviceFacts, FillUpFromTheModulesFile) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.install_module("ena", {{"version", "2.2.0g"},
                                {"srcversion", "AAA"},
                                {"intree", "Y"},
                                {"vermagic", test::legacy_vermagic}});
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.module && device.module->path);
    const std::string path = host.path("lib/modules/6.1.192-legacy/extra/ena.ko").string();
    EXPECT_EQ(device.module->path, path);
    ASSERT_TRUE(device.module->version && device.module->in_tree && device.module->vermagic &&
                device.module->srcversion);
    EXPECT_EQ(device.module->version->value, "2.2.0g");
    EXPECT_EQ(device.module->version->source, "modinfo " + path);
    EXPECT_TRUE(device.module->in_tree->value);
    EXPECT_EQ(device.module->vermagic->value, test::legacy_vermagic);
    EXPECT_EQ(device.module->srcversion->value, "AAA");
    EXPECT_FALSE(device.module->file_differs);
}

TEST(DeviceFacts, TakeAModuleFileWithoutIntreeForOutOfTree) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.install_module("ena", {{"version", "2.2.0g"}});
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.module && device.module->in_tree);
    EXPECT_FALSE(device.module->in_tree->value);
}

TEST(DeviceFacts, TrustTheLoadedModuleRatherThanItsFile) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.set_module("ena", "2.1.4g", "O");
    host.install_module("ena", {{"version", "2.2.0g"}, {"intree", "Y"}});
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.module && device.module->version && device.module->in_tree);
    EXPECT_EQ(device.module->version->value, "2.1.4g");
    EXPECT_FALSE(device.module->in_tree->value);
}

TEST(DeviceFacts, TakeNothingFromAFileThatIsNotTheLoadedOne) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.write("sys/module/ena/srcversion", "OLD\n");
    host.install_module("ena", {{"version", "2.2.0g"},
                                {"srcversion", "NEW"},
                                {"intree", "Y"},
                                {"vermagic", test::legacy_vermagic}});
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.module);
    EXPECT_TRUE(device.module->file_differs);
    EXPECT_FALSE(device.module->version);
    EXPECT_FALSE(device.module->in_tree);
    EXPECT_FALSE(device.module->vermagic);
    EXPECT_EQ(device.module->srcversion->value, "OLD");
}

TEST(DeviceFacts, OfADeviceThatIsServed) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.serve("eth0", "drain");
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.served);
    EXPECT_EQ(device.served->mode.value, "drain");
    EXPECT_EQ(device.served->mode.source, host.path("sys/class/net/eth0/netpoll_shim/mode"));
    ASSERT_EQ(device.served->counters.size(), 8U);
    EXPECT_EQ(device.served->ready, true);
    EXPECT_EQ(device.served->counters[0].name, "hook_calls");
    EXPECT_EQ(device.served->counters[0].value, 11U);
    EXPECT_EQ(device.served->counters[7].name, "rx_deferred");
    EXPECT_EQ(device.served->counters[7].value, 7U);
}

// An older module has fewer.
TEST(DeviceFacts, HaveTheCountersThatThereAre) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.serve("eth0", "drain");
    host.remove("sys/class/net/eth0/netpoll_shim/rx_deferred");
    host.remove("sys/class/net/eth0/netpoll_shim/ready");
    const DeviceFacts device = only_device(host);
    ASSERT_TRUE(device.served);
    ASSERT_EQ(device.served->counters.size(), 7U);
    EXPECT_EQ(device.served->counters[6].name, "skipped_unsafe");
    EXPECT_EQ(device.served->counters[6].value, 8U);
}

TEST(DeviceFacts, ComeSortedAndWithoutPlainFiles) {
    const test::FakeHost host;
    host.add_device("eth1", "ena");
    host.add_device("eth0", "ena");
    host.write("sys/class/net/bonding_masters", "bond0\n");
    const auto devices = gather(host);
    ASSERT_TRUE(devices);
    ASSERT_EQ(devices->size(), 2U);
    EXPECT_EQ(devices->at(0).name, "eth0");
    EXPECT_EQ(devices->at(1).name, "eth1");
}

TEST(BusDrivers, AreThoseOfTheDevices) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.add_device("eth1", "ena");
    host.add_device("eth2", "e1000");
    host.write("sys/class/net/lo/flags", "0x9\n");
    EXPECT_EQ(find_bus_drivers(host.sources().paths), (std::set<std::string>{"e1000", "ena"}));
    host.remove("sys/class/net");
    EXPECT_TRUE(find_bus_drivers(host.sources().paths).empty());
}

}  // namespace
}  // namespace netpoll_shim
