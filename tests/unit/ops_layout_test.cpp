// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/ops_layout.hpp"

#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

using Modinfo = std::multimap<std::string, std::string>;

TEST(OpsLayout, IsWhatTheShimTells) {
    const auto layout = ops_layout_from_modinfo({{"net_device_ops_size", "688"},
                                                 {"ndo_start_xmit_offset", "32"},
                                                 {"ndo_poll_controller_offset", "208"},
                                                 {"ndo_netpoll_setup_offset", "216"},
                                                 {"license", "GPL"}},
                                                "modinfo x");
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->size, 688U);
    EXPECT_EQ(layout->ndo_start_xmit, 32U);
    EXPECT_EQ(layout->ndo_poll_controller, 208U);
    EXPECT_EQ(layout->ndo_netpoll_setup, 216U);
    EXPECT_EQ(layout->source, "modinfo x");
}

TEST(OpsLayout, OfTheFirstShimLacksTwoMembers) {
    const auto layout = ops_layout_from_modinfo(
        {{"net_device_ops_size", "640"}, {"ndo_poll_controller_offset", "208"}}, "");
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->ndo_poll_controller, 208U);
    EXPECT_EQ(layout->ndo_start_xmit, std::nullopt);
    EXPECT_EQ(layout->ndo_netpoll_setup, std::nullopt);
}

TEST(OpsLayout, IsNotThereWithoutWhatEveryShimTells) {
    EXPECT_FALSE(ops_layout_from_modinfo({}, ""));
    EXPECT_FALSE(ops_layout_from_modinfo({{"net_device_ops_size", "640"}}, ""));
    EXPECT_FALSE(ops_layout_from_modinfo({{"ndo_poll_controller_offset", "208"}}, ""));
    for (const char* bad : {"", "x", "-1", "640 ", "99999999999"}) {
        EXPECT_FALSE(ops_layout_from_modinfo(
            Modinfo{{"net_device_ops_size", bad}, {"ndo_poll_controller_offset", "208"}}, ""))
            << bad;
    }
}

}  // namespace
}  // namespace netpoll_shim
