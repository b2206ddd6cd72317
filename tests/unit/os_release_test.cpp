// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/os_release.hpp"

#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

TEST(OsRelease, TellsItsId) {
    EXPECT_EQ(os_release_id("ID=debian\n"), "debian");
    EXPECT_EQ(os_release_id("NAME=x\nVERSION_ID=\"7.9\"\nID=\"rhel\"  \n"), "rhel");
    EXPECT_EQ(os_release_id("ID='amzn'"), "amzn");
    // As in a shell, the last one counts.
    EXPECT_EQ(os_release_id("ID=a\r\nID=b\r\n"), "b");
}

TEST(OsRelease, MayTellNone) {
    EXPECT_EQ(os_release_id(""), std::nullopt);
    EXPECT_EQ(os_release_id("# ID=debian\nPLATFORM_ID=el8\n"), std::nullopt);
    EXPECT_EQ(os_release_id("ID=\n"), std::nullopt);
    EXPECT_EQ(os_release_id("ID=\"\"\n"), std::nullopt);
    EXPECT_EQ(os_release_id("ID=\""), "\"");
}

}  // namespace
}  // namespace netpoll_shim
