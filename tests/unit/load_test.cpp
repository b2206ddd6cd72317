// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Load : public testing::Test {
  protected:
    void SetUp() override {
        kernel.host.install_module("netpoll_shim", test::shim_modinfo(test::legacy_vermagic));
        file = kernel.host.path("lib/modules/6.1.192-legacy/extra/netpoll_shim.ko").string();
    }

    void add(const std::string& interface, const std::string& driver,
             const std::string& version) const {
        kernel.host.add_device(interface, driver);
        kernel.host.set_module(driver, version, "O");
    }

    LoadReport must_load(const LoadOptions& options = {}) {
        auto report = load(options, kernel.context());
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(LoadReport{});
    }

    Error must_fail(const LoadOptions& options = {}) {
        auto report = load(options, kernel.context());
        EXPECT_FALSE(report);
        return report ? Error{} : report.error();
    }

    test::FakeKernel kernel;
    std::string file;
};

TEST_F(Load, NeedsRootBeforeAnythingElse) {
    kernel.host.is_root = false;
    kernel.host.remove("sys/class/net");
    EXPECT_EQ(must_fail().exit_code, ExitCode::privilege);
}

TEST_F(Load, InsertsWithThePolicyAndVerifies) {
    add("eth0", "nic_a", "2.0");
    add("eth1", "nic_b", "1.0");
    add("eth2", "nic_a", "2.0");
    kernel.serves = {{"eth0", "drain"}, {"eth1", "attach"}, {"eth2", "drain"}};
    const LoadReport report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::loaded);
    EXPECT_EQ(report.policy, "nic_a=drain,nic_b=attach");
    EXPECT_THAT(kernel.calls, ElementsAre("insert " + file + " policy=nic_a=drain,nic_b=attach"));
    EXPECT_FALSE(report.problem);
    EXPECT_EQ(report.exit_code, ExitCode::done);
    ASSERT_EQ(report.survey.verdicts.size(), 3U);
    EXPECT_EQ(report.survey.verdicts[0].service, Service::served);
}

TEST_F(Load, TakesANamedFile) {
    add("eth0", "nic_a", "2.0");
    kernel.serves = {{"eth0", "drain"}};
    const std::string named = kernel.host.path("my/shim.ko").string();
    test::write_fake_module(named, test::shim_modinfo(test::legacy_vermagic));
    must_load({named, false});
    EXPECT_THAT(kernel.calls, ElementsAre("insert " + named + " policy=nic_a=drain"));
}

TEST_F(Load, IsIdempotent) {
    add("eth0", "nic_a", "2.0");
    kernel.host.load_shim("nic_a=drain", 1);
    kernel.host.serve("eth0", "drain");
    const LoadReport report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::already_loaded);
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(Load, ReplacesAnotherPolicy) {
    add("eth0", "nic_a", "2.0");
    kernel.host.load_shim("nic_a=attach");
    kernel.host.serve("eth0", "attach");
    kernel.serves = {{"eth0", "drain"}};
    const LoadReport report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::reloaded);
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_THAT(kernel.calls,
                ElementsAre("remove netpoll_shim", "insert " + file + " policy=nic_a=drain"));
}

TEST_F(Load, IsContentWithTheBuiltinTableWhereItComesToTheSame) {
    add("eth0", "nic_a", "2.0");
    kernel.host.load_shim("builtin", 1);
    kernel.host.serve("eth0", "drain");
    EXPECT_EQ(must_load().outcome, LoadOutcome::already_loaded);
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(Load, ReplacesTheBuiltinTableWhereItDoesNot) {
    add("eth0", "nic_a", "2.0");
    kernel.host.load_shim("builtin");
    kernel.host.serve("eth0", "guard");
    kernel.serves = {{"eth0", "drain"}};
    EXPECT_EQ(must_load().outcome, LoadOutcome::reloaded);
}

TEST_F(Load, ReplacesADryRun) {
    add("eth0", "nic_a", "2.0");
    kernel.host.load_shim("nic_a=drain", 0, true);
    kernel.serves = {{"eth0", "drain"}};
    EXPECT_EQ(must_load().outcome, LoadOutcome::reloaded);
}

TEST_F(Load, LeavesAModuleInUseAlone) {
    add("eth0", "nic_a", "2.0");
    kernel.host.load_shim("nic_a=attach", 1);
    const Error error = must_fail();
    EXPECT_EQ(error.exit_code, ExitCode::failed);
    EXPECT_THAT(error.message, HasSubstr("in use by a netpoll target"));
    EXPECT_THAT(error.message, HasSubstr("nic_a=attach"));
    EXPECT_THAT(error.hint, HasSubstr("remove the target first"));
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(Load, SaysThatTheOldModuleIsGoneWhereTheNewOneFails) {
    add("eth0", "nic_a", "2.0");
    kernel.host.load_shim("nic_a=attach");
    kernel.insert_error = EKEYREJECTED;
    EXPECT_THAT(must_fail().message, HasSubstr("loaded before is gone"));
}

TEST_F(Load, ExplainsWhatTheKernelSays) {
    add("eth0", "nic_a", "2.0");
    kernel.insert_error = EKEYREJECTED;
    EXPECT_THAT(must_fail().message, HasSubstr("signature"));
}

TEST_F(Load, WaitsForADeviceThatIsDown) {
    add("eth0", "nic_a", "2.0");
    kernel.host.set_up("eth0", false);
    const LoadReport report = must_load();
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_EQ(report.survey.verdicts.at(0).service, Service::waiting);
}

TEST_F(Load, FailsWhereADeviceIsNotServed) {
    add("eth0", "nic_a", "2.0");
    add("eth1", "nic_a", "2.0");
    kernel.serves = {{"eth0", "drain"}};
    const LoadReport report = must_load();
    ASSERT_TRUE(report.problem);
    EXPECT_THAT(report.problem->message, HasSubstr("does not serve eth1"));
    EXPECT_THAT(report.problem->hint, HasSubstr("dmesg"));
    EXPECT_EQ(report.exit_code, ExitCode::failed);
}

TEST_F(Load, FailsWhereAnAttachedDeviceIsNotServedEvenIfItIsDown) {
    add("eth0", "nic_b", "1.0");
    kernel.host.set_up("eth0", false);
    EXPECT_EQ(must_load().exit_code, ExitCode::failed);
}

TEST_F(Load, FailsWhereADeviceIsServedInAnotherMode) {
    add("eth0", "nic_a", "2.0");
    kernel.serves = {{"eth0", "attach"}};
    EXPECT_EQ(must_load().exit_code, ExitCode::failed);
}

TEST_F(Load, GuardsClassCWhoeverPollsIt) {
    // refused; polled by its own hook
    add("eth0", "nic_c", "2.0");
    kernel.serves = {{"eth0", "guard"}};
    LoadReport report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::loaded);
    EXPECT_EQ(report.policy, "nic_c=guard");
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_EQ(report.survey.verdicts.at(0).service, Service::served);
    kernel.host.set_module("nic_c", "1.0", "O");
    EXPECT_EQ(must_load().outcome, LoadOutcome::already_loaded);

    // polled by the kernel
    kernel.host.unload_shim();
    kernel.host.set_module("nic_c", "2.0", "O");
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::loaded);
    EXPECT_EQ(report.policy, "nic_c=guard");
    EXPECT_EQ(report.exit_code, ExitCode::done);
}

TEST_F(Load, ReplacesDrainByGuard) {
    add("eth0", "nic_c", "2.0");
    kernel.host.load_shim("nic_c=drain");
    kernel.host.serve("eth0", "drain");
    kernel.serves = {{"eth0", "guard"}};
    EXPECT_EQ(must_load().outcome, LoadOutcome::reloaded);
    EXPECT_THAT(kernel.calls,
                ElementsAre("remove netpoll_shim", "insert " + file + " policy=nic_c=guard"));
}

TEST_F(Load, WaitsForADeviceToGuardThatIsDown) {
    add("eth0", "nic_c", "2.0");
    kernel.host.set_up("eth0", false);
    const LoadReport report = must_load();
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_EQ(report.survey.verdicts.at(0).service, Service::waiting);
}

TEST_F(Load, FailsWhereADeviceIsDrainedThatWantsGuard) {
    add("eth0", "nic_c", "2.0");
    kernel.serves = {{"eth0", "drain"}};
    EXPECT_EQ(must_load().exit_code, ExitCode::failed);
}

TEST_F(Load, HasNothingToDoWhereNetpollWorks) {
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    add("eth0", "nic_a", "2.0");
    const LoadReport report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::nothing_to_do);
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_FALSE(report.problem);
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(Load, DoesNothingWithUnknownDevicesUnlessForced) {
    add("eth0", "nic_new", "1.0");
    kernel.serves = {{"eth0", "attach"}};
    const LoadReport report = must_load();
    EXPECT_EQ(report.exit_code, ExitCode::unknown);
    ASSERT_TRUE(report.problem);
    EXPECT_THAT(report.problem->hint, HasSubstr("--force"));
    EXPECT_THAT(kernel.calls, IsEmpty());

    const LoadReport forced = must_load({std::nullopt, true});
    EXPECT_EQ(forced.exit_code, ExitCode::done);
    EXPECT_THAT(kernel.calls, ElementsAre("insert " + file + " policy=nic_new=attach"));
}

TEST_F(Load, NeverServesWhatIsRefused) {
    add("eth0", "nic_cmp", "1.0");
    const LoadReport report = must_load({std::nullopt, true});
    EXPECT_EQ(report.outcome, LoadOutcome::nothing_to_do);
    EXPECT_EQ(report.exit_code, ExitCode::action_needed);
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(Load, SaysThatADeviceMustNotBeServedWhereNetpollAttachesByItself) {
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    add("eth0", "nic_cmp", "2.0");
    const LoadReport report = must_load();
    EXPECT_EQ(report.exit_code, ExitCode::action_needed);
    ASSERT_TRUE(report.problem);
    EXPECT_THAT(report.problem->message,
                HasSubstr("the devices that need the module must not be served"));
}

TEST_F(Load, HasNothingToDoWithoutDevices) {
    const LoadReport report = must_load();
    EXPECT_EQ(report.exit_code, ExitCode::unknown);
    ASSERT_TRUE(report.problem);
    EXPECT_THAT(report.problem->message, HasSubstr("no network device with a bus driver"));
}

TEST_F(Load, SaysWhereItLookedForTheFile) {
    add("eth0", "nic_a", "2.0");
    kernel.host.remove("lib/modules/6.1.192-legacy");
    const Error error = must_fail();
    EXPECT_THAT(error.message, HasSubstr("lib/modules/6.1.192-legacy"));
    EXPECT_THAT(error.hint, HasSubstr("make module KERNELDIR="));
    EXPECT_THAT(error.hint, HasSubstr("--module FILE"));
}

TEST_F(Load, ShowsBothVermagicsWhereTheyDiffer) {
    add("eth0", "nic_a", "2.0");
    kernel.host.install_module("netpoll_shim", test::shim_modinfo("4.4.0 SMP "));
    // the module that is loaded stays: the file is looked at before it is taken out
    kernel.host.load_shim("nic_a=attach");
    const Error error = must_fail();
    EXPECT_THAT(error.message, HasSubstr("'4.4.0 SMP '"));
    EXPECT_THAT(error.message, HasSubstr("'6.1.192-legacy'"));
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(Load, SaysThatModulesAreDisabled) {
    add("eth0", "nic_a", "2.0");
    kernel.host.write("proc/sys/kernel/modules_disabled", "1\n");
    EXPECT_THAT(must_fail().message, HasSubstr("disabled until the next boot"));
    EXPECT_THAT(kernel.calls, IsEmpty());
}

std::string dry_run_line(const std::string& interface, const std::string& driver,
                         const std::string& hook) {
    return interface + ": driver=" + driver + " version=- bus=0000:00:05." + interface +
           " hook=" + hook + " disable_netpoll=no napi=1 would=leave why=\"\"";
}

TEST_F(Load, LooksAtTheDevicesFirst) {
    add("eth0", "nic_a", "2.0");
    add("eth1", "nic_new", "1.0");
    kernel.serves = {{"eth0", "drain"}};
    kernel.dry_run_lines = {dry_run_line("eth0", "nic_a", "no"),
                            dry_run_line("eth1", "nic_new", "yes")};
    const LoadReport report = must_load();
    EXPECT_THAT(kernel.calls, ElementsAre("insert " + file + " dry_run=1", "remove netpoll_shim",
                                          "insert " + file + " policy=nic_a=drain"));
    EXPECT_EQ(report.outcome, LoadOutcome::loaded);
    EXPECT_EQ(report.exit_code, ExitCode::done);
    // What the dry run saw is not forgotten afterwards.
    ASSERT_EQ(report.survey.verdicts.size(), 2U);
    EXPECT_EQ(report.survey.verdicts[0].service, Service::served);
    EXPECT_EQ(report.survey.verdicts[1].kind, VerdictKind::native);
    EXPECT_TRUE(report.survey.dry_run && report.survey.dry_run->made);
}

TEST_F(Load, LeavesADeviceAloneThatHasTheHookAgainstTheDatabase) {
    add("eth0", "nic_a", "2.0");
    kernel.dry_run_lines = {dry_run_line("eth0", "nic_a", "yes")};
    const LoadReport report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::nothing_to_do);
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_EQ(report.survey.verdicts[0].contradictions.size(), 2U);
    EXPECT_THAT(kernel.calls, ElementsAre("insert " + file + " dry_run=1", "remove netpoll_shim"));
}

TEST_F(Load, MakesNoDryRunWhereAllIsNative) {
    add("eth0", "nic_a", "1.0");
    kernel.dry_run_lines = {dry_run_line("eth0", "nic_a", "yes")};
    EXPECT_EQ(must_load().outcome, LoadOutcome::nothing_to_do);
    EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(Load, MakesADryRunBeforeItLoadsAnew) {
    add("eth0", "nic_a", "2.0");
    add("eth1", "nic_b", "1.0");
    kernel.host.load_shim("nic_a=attach");
    kernel.host.serve("eth0", "attach");
    kernel.serves = {{"eth0", "drain"}};
    kernel.dry_run_lines = {dry_run_line("eth0", "nic_a", "no"),
                            dry_run_line("eth1", "nic_b", "yes")};
    const LoadReport report = must_load();
    EXPECT_EQ(report.outcome, LoadOutcome::reloaded);
    EXPECT_THAT(kernel.calls,
                ElementsAre("remove netpoll_shim", "insert " + file + " dry_run=1",
                            "remove netpoll_shim", "insert " + file + " policy=nic_a=drain"));
}

}  // namespace
}  // namespace netpoll_shim
