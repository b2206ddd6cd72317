// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/modalias.hpp"

#include <gmock/gmock.h>

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

using Modinfo = std::multimap<std::string, std::string>;

constexpr auto ena = "pci:v00001D0Fd0000EC20sv00001D0Fsd0000EC20bc02sc00i00";

TEST(Modalias, BindsAsModprobeMatches) {
    EXPECT_TRUE(binds({{"alias", "pci:v00001D0Fd0000EC20sv*sd*bc*sc*i*"}}, ena));
    EXPECT_TRUE(binds({{"alias", "pci:v0000*"}, {"alias", "xen:vif"}}, "xen:vif"));
    EXPECT_TRUE(binds({{"alias", "pci:v00001D0Fd0000EC2[0-9]sv*"}}, ena));
    EXPECT_FALSE(binds({{"alias", "pci:v00001D0Fd0000EC21sv*sd*bc*sc*i*"}}, ena));
    // The whole of it, not its beginning
    EXPECT_FALSE(binds({{"alias", "pci:v00001D0Fd0000EC20"}}, ena));
    EXPECT_FALSE(binds({{"description", ena}}, ena));
    EXPECT_FALSE(binds({}, ena));
}

TEST(Modalias, KnowsTheDevicesOfEc2) {
    std::vector<std::string> names;
    for (const Modalias& modalias : ec2_modaliases()) {
        EXPECT_TRUE(modalias.is_builtin);
        EXPECT_TRUE(parse_modalias(modalias.text)) << modalias.text;
        names.push_back(short_name(modalias.text));
    }
    EXPECT_THAT(names, testing::ElementsAre("1d0f:0ec2", "1d0f:1ec2", "1d0f:ec20", "1d0f:ec21",
                                            "8086:10ed", "xen:vif"));
}

TEST(Modalias, TakesThoseOfAnyBus) {
    for (const char* text : {ena, "xen:vif", "virtio:d00000001v00001AF4",
                             "vmbus:635161f83edfc546913ff2d2f965ed0e", "of:NethernetT(null)Cx,y"}) {
        const auto modalias = parse_modalias(text);
        ASSERT_TRUE(modalias) << text;
        EXPECT_EQ(modalias->text, text);
        EXPECT_FALSE(modalias->is_builtin);
    }
}

TEST(Modalias, RefusesWhatIsNone) {
    for (const std::string text :
         {"", "ena", "pci:", ":vif", "pci:v00001D0Fd0000EC20", "pci:v00001d0fd0000ec20sv*",
          "pci:v00001D0Fd0000EC20sv*sd*bc*sc*i*", "xen:vi f", "xen:*", "1d0f:ec20\n", "XEN:vif"}) {
        const auto modalias = parse_modalias(text);
        ASSERT_FALSE(modalias) << text;
        EXPECT_EQ(modalias.error().exit_code, ExitCode::usage);
        EXPECT_THAT(modalias.error().message, HasSubstr("--modalias " + text));
        EXPECT_THAT(modalias.error().hint, HasSubstr("/sys/bus/pci/devices/ADDRESS/modalias"));
    }
    EXPECT_FALSE(parse_modalias("x:" + std::string(2000, 'x')));
}

TEST(Modalias, TellsDevicesOnABusFromVirtualOnes) {
    EXPECT_TRUE(has_device_alias({{"alias", "usb:v0B95p*"}}));
    EXPECT_TRUE(has_device_alias({{"alias", "rtnl-link-x"}, {"alias", "xen:vif"}}));
    EXPECT_FALSE(has_device_alias({{"alias", "rtnl-link-bond"}}));
    EXPECT_FALSE(has_device_alias({{"alias", "devname:net/tun"}}));
    EXPECT_FALSE(has_device_alias({}));
}

}  // namespace
}  // namespace netpoll_shim
