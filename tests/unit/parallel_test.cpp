// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/parallel.hpp"

#include <gmock/gmock.h>

namespace netpoll_shim {
namespace {

TEST(ForEachIndex, CallsEachOnce) {
    for (const std::size_t count : {0U, 1U, 2U, 1000U}) {
        std::vector<std::atomic<int>> calls(count + 1);
        for_each_index(count, [&](std::size_t index) { ++calls[index]; });
        for (std::size_t index = 0; index < count; index++) {
            EXPECT_EQ(calls[index], 1) << index;
        }
        EXPECT_EQ(calls[count], 0);
    }
}

}  // namespace
}  // namespace netpoll_shim
