// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/dry_run.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"

namespace netpoll_shim {
namespace {

std::string line(const std::string& device, const std::string& hook = "no",
                 const std::string& disable_netpoll = "no") {
    return "netpoll_shim: dry run: " + device + " hook=" + hook +
           " disable_netpoll=" + disable_netpoll +
           " napi=2 would=drain why=\"named by the policy, no hook\"";
}

DryRunLine parsed(const std::string& text) {
    const auto result = parse_dry_run_line(text);
    EXPECT_TRUE(result) << text;
    return result.value_or(DryRunLine{});
}

DeviceFacts pci_device() {
    DeviceFacts facts = test::device("ena", "2.0.2");
    facts.bus_address = "0000:00:05.0";
    return facts;
}

constexpr auto eth0 = "eth0: driver=ena version=2.0.2 bus=0000:00:05.0";

TEST(DryRunLine, TellsOfADevice) {
    const DryRunLine result = parsed(line(eth0, "yes", "no"));
    EXPECT_EQ(result.interface, "eth0");
    EXPECT_EQ(result.driver, "ena");
    EXPECT_EQ(result.bus_address, "0000:00:05.0");
    EXPECT_EQ(result.ops.hook, true);
    EXPECT_FALSE(result.ops.disable_netpoll);
    EXPECT_EQ(result.ops.napi_count, 2U);
    EXPECT_EQ(result.ops.source, "dry run of netpoll_shim");
    EXPECT_EQ(parsed(line(eth0, "no", "yes")).ops.hook, false);
    EXPECT_TRUE(parsed(line(eth0, "no", "yes")).ops.disable_netpoll);
}

TEST(DryRunLine, MayHaveOddNames) {
    const DryRunLine odd = parsed(line("e=\"\\:\xff: driver=a b version=x=1 y bus=usb 1-2: bus=3"));
    EXPECT_EQ(odd.interface, "e=\"\\:\xff");
    EXPECT_EQ(odd.driver, "a b");
    EXPECT_EQ(odd.bus_address, "3");
    EXPECT_EQ(parsed(line("lo: driver=- version=- bus=-")).bus_address, "-");
}

TEST(DryRunLine, IsNoOtherLine) {
    const std::string good = line(eth0);
    for (const std::string& text :
         {std::string(), std::string("netpoll_shim: version 0.1.0, dry run: nothing is changed"),
          "x" + good, good.substr(0, good.size() - 1), good.substr(0, 60), good + "x",
          line("(unnamed net_device): driver=ena version=- bus=-"), line(eth0, "maybe"),
          line(eth0, "no", "")}) {
        EXPECT_FALSE(parse_dry_run_line(text)) << text;
    }
}

TEST(LiveOps, AreThoseOfTheDeviceWithThatAddressAndDriver) {
    const DeviceFacts device = pci_device();
    // Other network namespaces have an eth0, too.
    const std::vector<DryRunLine> lines = {
        parsed(line("eth0: driver=veth version=- bus=-", "no")),
        parsed(line("eth0: driver=ena version=2.0.2 bus=0000:00:06.0", "no")),
        parsed(line(eth0, "yes")),
        parsed(line("eth1: driver=ena version=2.0.2 bus=0000:00:05.0", "no")),
    };
    const auto ops = find_live_ops(lines, device);
    ASSERT_TRUE(ops);
    EXPECT_EQ(ops->hook, true);
    EXPECT_FALSE(find_live_ops({lines[0], lines[1], lines[3]}, device));
    EXPECT_FALSE(find_live_ops({}, device));

    DeviceFacts bound_anew = device;
    bound_anew.driver->value = "vfio-pci";
    EXPECT_FALSE(find_live_ops(lines, bound_anew));
}

TEST(LiveOps, OfDevicesWithoutAnAddressMustNotContradict) {
    DeviceFacts device;
    device.name = "dummy0";
    const auto with_hook = parsed(line("dummy0: driver=dummy version=- bus=-", "yes"));
    const auto without = parsed(line("dummy0: driver=dummy version=- bus=-", "no"));
    const auto disabled = parsed(line("dummy0: driver=dummy version=- bus=-", "yes", "yes"));
    EXPECT_TRUE(find_live_ops({with_hook, with_hook}, device));
    EXPECT_FALSE(find_live_ops({with_hook, without}, device));
    EXPECT_FALSE(find_live_ops({with_hook, disabled}, device));
}

}  // namespace
}  // namespace netpoll_shim
