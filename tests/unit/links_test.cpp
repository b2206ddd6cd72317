// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/links.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include "commands/check.hpp"
#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

DeviceFacts with_links(const std::string& name, const std::vector<Link>& links) {
    std::vector<DeviceFacts> devices(1);
    devices[0].name = name;
    add_links(links, devices);
    return devices[0];
}

TEST(Links, TellWhichDevicesAMasterConsistsOf) {
    for (const std::string kind : {"bond", "team", "bridge"}) {
        const std::vector<Link> links = {
            {2, "eth0", "", 9, 0}, {3, "eth1", "veth", 9, 4}, {4, "eth2", "", 0, 3},
            {5, "eth3", "", 8, 0}, {9, "top0", kind, 0, 0},
        };
        const DeviceFacts device = with_links("top0", links);
        ASSERT_TRUE(device.link_kind);
        EXPECT_EQ(device.link_kind->value, kind);
        EXPECT_EQ(device.link_kind->source, "rtnetlink");
        EXPECT_THAT(device.lower_names, ElementsAre("eth0", "eth1"));
    }
}

TEST(Links, TellWhichDeviceAnotherIsMadeOn) {
    for (const std::string kind : {"vlan", "macvlan", "macvtap", "dsa"}) {
        // One that belongs to a bridge, and yet hands netpoll to the device below.
        const std::vector<Link> links = {
            {2, "eth0", "", 0, 0}, {3, "br0", "bridge", 0, 0}, {4, "top0", kind, 3, 2}};
        EXPECT_THAT(with_links("top0", links).lower_names, ElementsAre("eth0")) << kind;
        EXPECT_THAT(with_links("br0", links).lower_names, ElementsAre("top0")) << kind;
    }
    // The lower device is in another network namespace.
    EXPECT_THAT(with_links("v", {{2, "eth0", "", 0, 0}, {4, "v", "vlan", 0, 0}}).lower_names,
                IsEmpty());
}

TEST(Links, OfOtherKindsHandNothingDown) {
    const std::vector<Link> links = {{2, "eth0", "", 6, 0},
                                     {4, "veth0", "veth", 0, 5},
                                     {5, "veth1", "veth", 0, 4},
                                     {6, "vrf0", "vrf", 0, 0}};
    EXPECT_EQ(with_links("veth0", links).link_kind->value, "veth");
    EXPECT_THAT(with_links("veth0", links).lower_names, IsEmpty());
    EXPECT_THAT(with_links("vrf0", links).lower_names, IsEmpty());
    EXPECT_FALSE(with_links("eth0", links).link_kind);
    EXPECT_FALSE(with_links("gone0", links).link_kind);
    EXPECT_FALSE(with_links("eth0", {}).link_kind);
}

TEST(Links, AreShownWithAStackedDevice) {
    test::FakeKernel kernel;
    kernel.host.write("sys/class/net/bond0/flags", "0x1003\n");
    kernel.host.links = {{2, "eth0", "", 9, 0}, {3, "eth1", "", 9, 0}, {9, "bond0", "bond", 0, 0}};
    const auto report = check({{"bond0"}, false, false, std::nullopt}, kernel.context());
    ASSERT_TRUE(report);
    EXPECT_THAT(report->survey.verdicts[0].remedies, ElementsAre("netpoll-shim check eth0 eth1"));
}

// Every network namespace has lo.
TEST(Links, OfThisHostHaveTheLoopbackDevice) {
    const auto links = read_links();
    const auto lo = std::find_if(links.begin(), links.end(),
                                 [](const Link& link) { return link.name == "lo"; });
    ASSERT_NE(lo, links.end());
    EXPECT_EQ(lo->index, static_cast<int>(if_nametoindex("lo")));
    EXPECT_EQ(lo->kind, "");
    EXPECT_EQ(lo->lower, 0);
}

}  // namespace
}  // namespace netpoll_shim
