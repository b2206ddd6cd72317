// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/unload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Unload, NeedsRoot) {
    test::FakeKernel kernel;
    kernel.host.is_root = false;
    const auto report = unload(kernel.context());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().exit_code, ExitCode::privilege);
}

TEST(Unload, IsIdempotent) {
    test::FakeKernel kernel;
    const auto report = unload(kernel.context());
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->was_loaded);
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST(Unload, RemovesTheModule) {
    test::FakeKernel kernel;
    kernel.host.load_shim("a=drain");
    const auto report = unload(kernel.context());
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->was_loaded);
    EXPECT_THAT(kernel.calls, ElementsAre("remove netpoll_shim"));
}

TEST(Unload, LeavesAModuleInUseAlone) {
    test::FakeKernel kernel;
    kernel.host.load_shim("a=drain", 1);
    const auto report = unload(kernel.context());
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("in use"));
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST(Unload, ExplainsWhatTheKernelSays) {
    test::FakeKernel kernel;
    kernel.host.load_shim("a=drain");
    kernel.remove_error = EWOULDBLOCK;
    const auto report = unload(kernel.context());
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("in use"));
}

}  // namespace
}  // namespace netpoll_shim
