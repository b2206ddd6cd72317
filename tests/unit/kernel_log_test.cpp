// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/kernel_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <deque>

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A record, or an errno value in its place.
struct Read {
    std::string record;
    int error = 0;
};

KernelLogLines read_all(std::deque<Read> reads) {
    return read_kernel_log([&](std::string& record) {
        if (reads.empty()) {
            return EAGAIN;
        }
        record = reads.front().record;
        const int error = reads.front().error;
        reads.pop_front();
        return error;
    });
}

TEST(KernelLog, GivesTheLinesWithoutPrefixAndDictionary) {
    const auto log = read_all({{"6,339,5140900,-;first: a;b\n"},
                               {"4,340,5140901,-,caller=T1;second\n SUBSYSTEM=pci\n DEVICE=+x\n"}});
    EXPECT_THAT(log.lines, ElementsAre("first: a;b", "second"));
    EXPECT_THAT(log.incomplete, IsEmpty());
}

TEST(KernelLog, UndoesTheEscapes) {
    EXPECT_THAT(read_all({{"6,1,1,-;\\xff\n"}}).lines, ElementsAre("\xff"));
    const auto log = read_all({{"6,1,1,-;e\\xff\\x5cx41 \\xzz \\x4\n"}});
    EXPECT_THAT(log.lines, ElementsAre("e\xff\\x41 \\xzz \\x4"));
}

TEST(KernelLog, LeavesOutWhatTheKernelDidNotWrite) {
    // 14 is facility "user": what a program writes into /dev/kmsg.
    const auto log = read_all({{"14,1,1,-;netpoll_shim: dry run: a lie\n"},
                               {"30,2,1,-;systemd\n"},
                               {"garbage"},
                               {"6,3"},
                               {""},
                               {"7,4,1,-;kernel\n"}});
    EXPECT_THAT(log.lines, ElementsAre("kernel"));
}

TEST(KernelLog, SaysWhereLinesAreLost) {
    const auto log = read_all({{"6,1,1,-;a\n"}, {"", EPIPE}, {"6,9,1,-;b\n"}});
    EXPECT_THAT(log.lines, ElementsAre("a", "b"));
    EXPECT_THAT(log.incomplete, HasSubstr("overwritten"));
}

TEST(KernelLog, EndsWithAnError) {
    const auto log = read_all({{"6,1,1,-;a\n"}, {"", EIO}, {"6,2,1,-;b\n"}});
    EXPECT_THAT(log.lines, ElementsAre("a"));
    EXPECT_THAT(log.incomplete, HasSubstr("Input/output error"));
}

TEST(KernelLog, MayNotBeEndless) {
    const auto log = read_kernel_log([](std::string& record) {
        record = "30,1,1,-;x\n";
        return 0;
    });
    EXPECT_THAT(log.incomplete, HasSubstr("faster"));
}

}  // namespace
}  // namespace netpoll_shim
