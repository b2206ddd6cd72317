// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "commands/status.hpp"
#include "commands/unload.hpp"
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

TEST(Status, TellsWhetherTheModuleIsLoaded) {
    test::FakeKernel kernel;
    auto report = status(kernel.context());
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->loaded);
    EXPECT_EQ(report->exit_code, ExitCode::action_needed);

    kernel.host.is_root = false;
    kernel.host.load_shim("a=drain");
    report = status(kernel.context());
    ASSERT_TRUE(report);
    ASSERT_TRUE(report->loaded);
    EXPECT_EQ(report->loaded->policy, "a=drain");
    EXPECT_EQ(report->exit_code, ExitCode::done);
}

TEST(Status, ListsServedDevicesOnly) {
    test::FakeKernel kernel;
    kernel.host.load_shim("a=drain");
    kernel.host.add_device("eth0", "a");
    kernel.host.add_device("eth1", "a");
    kernel.host.serve("eth1", "drain");
    const auto report = status(kernel.context());
    ASSERT_TRUE(report);
    ASSERT_EQ(report->devices.size(), 1U);
    EXPECT_EQ(report->devices[0].name, "eth1");
}

}  // namespace
}  // namespace netpoll_shim
