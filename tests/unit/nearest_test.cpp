// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/nearest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Nearest, NamesTheThreeThatTakeTheFewestChanges) {
    EXPECT_THAT(nearest_names("e1000", {"virtio_net", "ena", "e1000e", "e100", "igb", "e1000e"}),
                ElementsAre("e100", "e1000e", "ena"));
    EXPECT_THAT(nearest_names("ean", {"zzz", "ena", "yyy", "xxx"}),
                ElementsAre("ena", "xxx", "yyy"));
    EXPECT_THAT(nearest_names("", {"bb", "a"}), ElementsAre("a", "bb"));
    EXPECT_THAT(nearest_names("a", {}), IsEmpty());
}

}  // namespace
}  // namespace netpoll_shim
