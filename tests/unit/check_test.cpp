// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "render/text.hpp"
#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const CheckOptions dry_run{{}, false, true, std::nullopt};

// A device that the database does not know, and the module at hand.
class CheckDryRun : public testing::Test {
  protected:
    void SetUp() override {
        kernel.host.install_module("netpoll_shim", test::shim_modinfo(test::legacy_vermagic));
        file = kernel.host.path("lib/modules/6.1.192-legacy/extra/netpoll_shim.ko").string();
        kernel.host.add_device("eth0", "nic_new");
        kernel.dry_run_lines = {line("no")};
    }

    static std::string line(const std::string& hook, const std::string& disable_netpoll = "no") {
        return "eth0: driver=nic_new version=- bus=0000:00:05.eth0 hook=" + hook +
               " disable_netpoll=" + disable_netpoll +
               " napi=1 would=leave why=\"the policy does not name its driver\"";
    }

    CheckReport must_check() {
        auto report = check(dry_run, kernel.context());
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(CheckReport{});
    }

    // What is reported where the dry run was not made: why, and what follows without it.
    std::string problem_of_check() {
        const CheckReport report = must_check();
        EXPECT_TRUE(report.survey.dry_run && !report.survey.dry_run->made);
        EXPECT_EQ(report.exit_code, ExitCode::unknown);
        EXPECT_THAT(render_text(report), HasSubstr("\ndry run not made: "));
        return report.survey.dry_run.value_or(DryRunReport{}).problem;
    }

    test::FakeKernel kernel;
    std::string file;
};

TEST_F(CheckDryRun, IsNotMadeUnasked) {
    const auto report = check({}, kernel.context());
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->survey.dry_run);
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(CheckDryRun, InsertsTheModuleAndRemovesIt) {
    const CheckReport report = must_check();
    EXPECT_THAT(kernel.calls, ElementsAre("insert " + file + " dry_run=1", "remove netpoll_shim"));
    ASSERT_TRUE(report.survey.dry_run);
    EXPECT_TRUE(report.survey.dry_run->made);
    EXPECT_THAT(report.survey.dry_run->problem, IsEmpty());
    ASSERT_TRUE(report.survey.devices[0].live_ops);
    EXPECT_EQ(report.survey.devices[0].live_ops->hook, false);
    EXPECT_EQ(report.exit_code, ExitCode::unknown)
        << "what the driver does at budget 0 is not known";
}

TEST_F(CheckDryRun, TakesANamedFile) {
    const std::string named = kernel.host.path("my/shim.ko").string();
    test::write_fake_module(named, test::shim_modinfo(test::legacy_vermagic));
    ASSERT_TRUE(check({{}, false, true, named}, kernel.context()));
    EXPECT_THAT(kernel.calls, Contains("insert " + named + " dry_run=1"));
}

TEST_F(CheckDryRun, MakesAnUnknownDriverWithTheHookNative) {
    kernel.dry_run_lines = {line("yes")};
    const CheckReport report = must_check();
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_EQ(report.survey.verdicts[0].kind, VerdictKind::native);
    EXPECT_EQ(report.survey.verdicts[0].rests_on(Question::hook), Evidence::live_device);
}

TEST_F(CheckDryRun, FindsADeviceThatRefusesNetpoll) {
    kernel.dry_run_lines = {line("no", "yes")};
    const CheckReport report = must_check();
    EXPECT_EQ(report.exit_code, ExitCode::action_needed);
    EXPECT_EQ(report.survey.verdicts[0].kind, VerdictKind::refuse);
}

TEST_F(CheckDryRun, NeedsRoot) {
    kernel.host.is_root = false;
    const auto report = check(dry_run, kernel.context());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().exit_code, ExitCode::privilege);
    EXPECT_THAT(report.error().hint, HasSubstr("sudo netpoll-shim check --dry-run"));
}

TEST_F(CheckDryRun, IsRefusedWhereTheModuleIsLoaded) {
    kernel.host.load_shim("nic_a=drain");
    const auto report = check(dry_run, kernel.context());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().exit_code, ExitCode::failed);
    EXPECT_THAT(report.error().message, HasSubstr("is loaded"));
    EXPECT_THAT(report.error().hint, HasSubstr("sysfs"));
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(CheckDryRun, IsMissingWithoutTheKernelLog) {
    kernel.dry_run_lines.reset();
    EXPECT_THAT(problem_of_check(), HasSubstr("/dev/kmsg"));
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(CheckDryRun, IsMissingWhereTheModuleCannotBeInserted) {
    kernel.insert_error = EKEYREJECTED;
    EXPECT_THAT(problem_of_check(), HasSubstr("demands a signature"));
    EXPECT_THAT(kernel.calls, ElementsAre("insert " + file + " dry_run=1"));
}

TEST_F(CheckDryRun, IsMissingWithoutAModuleThatFits) {
    kernel.host.install_module("netpoll_shim", test::shim_modinfo("5.10.0 SMP "));
    EXPECT_THAT(problem_of_check(), HasSubstr("built for another kernel"));
    kernel.host.remove("lib/modules/6.1.192-legacy/extra/netpoll_shim.ko");
    EXPECT_THAT(problem_of_check(), HasSubstr("--module FILE.ko"));
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(CheckDryRun, SaysWhereTheModuleStays) {
    kernel.remove_error = EBUSY;
    EXPECT_THAT(problem_of_check(), HasSubstr("stays loaded"));
}

TEST(Check, SaysWhatNeedsRoot) {
    test::FakeKernel kernel;
    EXPECT_THAT(check({}, kernel.context())->survey.needs_root, IsEmpty());
    kernel.host.is_root = false;
    const auto report = check({}, kernel.context());
    ASSERT_TRUE(report);
    EXPECT_THAT(report->survey.needs_root, ElementsAre("dry-run"));
    EXPECT_THAT(render_text(*report),
                HasSubstr("\nnot read without root: the module's dry run (--dry-run)\n"));
    kernel.host.load_shim("nic_a=drain");
    EXPECT_THAT(check({}, kernel.context())->survey.needs_root, IsEmpty());
    EXPECT_THAT(render_text(check({}, kernel.context()).value()), Not(HasSubstr("without root")));
}

TEST(Check, SaysThatABuiltInNetconsoleHasNoSoftdep) {
    test::FakeKernel kernel;
    kernel.host.write("sys/module/netconsole/parameters/oops_only", "N\n");
    EXPECT_THAT(render_text(check({}, kernel.context()).value()),
                HasSubstr("modules netconsole is built in: a softdep"));
    kernel.host.write("sys/module/netconsole/initstate", "live\n");
    EXPECT_THAT(render_text(check({}, kernel.context()).value()), Not(HasSubstr("softdep")));
}

}  // namespace
}  // namespace netpoll_shim
