// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/kernel.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

TEST(KernelFacts, HaveNoDemandWhereSymbolsCannotBeRead) {
    const test::FakeHost host;
    host.remove("proc/kallsyms");
    std::filesystem::create_directory(host.path("proc/kallsyms"));
    EXPECT_FALSE(gather_kernel(host.sources()).hook_demand);
}

TEST(KernelFacts, TellAKernelWithoutNetpollByItsParameters) {
    const test::FakeHost host;
    host.remove("proc/kallsyms");
    host.write("sys/module/kernel/parameters/panic", "0\n");
    auto facts = gather_kernel(host.sources());
    ASSERT_TRUE(facts.hook_demand);
    EXPECT_EQ(facts.hook_demand->value, HookDemand::no_netpoll);
    EXPECT_EQ(facts.hook_demand->source, host.path("sys/module/netpoll"));

    host.write("sys/module/netpoll/parameters/carrier_timeout", "4\n");
    EXPECT_FALSE(gather_kernel(host.sources()).hook_demand);
}

TEST(KernelFacts, KnowTheDistribution) {
    const test::FakeHost host;
    host.write("etc/os-release", "NAME=\"Red Hat\"\nVERSION_ID=7\nID=\"rhel\"\n");
    const auto facts = gather_kernel(host.sources());
    ASSERT_TRUE(facts.distribution);
    EXPECT_EQ(facts.distribution->value, "rhel");
    EXPECT_EQ(facts.distribution->source, host.path("etc/os-release"));
}

TEST(KernelFacts, TellHowNetconsoleIsBuilt) {
    const test::FakeHost host;
    const auto kind = [&] {
        const auto fact = gather_kernel(host.sources()).netconsole;
        return fact ? std::optional(fact->value) : std::nullopt;
    };
    EXPECT_EQ(kind(), std::nullopt) << "depmod made no index";
    host.write("lib/modules/6.1.192-legacy/modules.builtin", "kernel/drivers/net/mii.ko\n");
    host.install_module("other", {{"license", "GPL"}});
    EXPECT_EQ(kind(), BuildKind::absent);
    host.install_module("netconsole", {{"license", "GPL"}});
    EXPECT_EQ(kind(), BuildKind::module);

    host.remove("lib/modules/6.1.192-legacy/extra/netconsole.ko");
    host.write("lib/modules/6.1.192-legacy/modules.builtin", "kernel/drivers/net/netconsole.ko\n");
    host.install_module("other", {{"license", "GPL"}});
    EXPECT_EQ(kind(), BuildKind::built_in);

    host.write("sys/module/netconsole/initstate", "live\n");
    EXPECT_EQ(kind(), BuildKind::module) << "what is loaded counts";
    host.remove("sys/module/netconsole/initstate");
    host.write("sys/module/netconsole/parameters/oops_only", "N\n");
    EXPECT_EQ(kind(), BuildKind::built_in);
}

TEST(KernelFacts, AreAbsentWhereFilesAre) {
    const test::FakeHost host;
    host.remove("proc/kallsyms");
    const KernelFacts facts = gather_kernel(host.sources());
    EXPECT_EQ(facts.release, test::legacy_release);
    EXPECT_EQ(facts.machine, "x86_64");
    EXPECT_FALSE(facts.hook_demand);
    EXPECT_FALSE(facts.sig_enforce);
    EXPECT_FALSE(facts.lockdown);
    EXPECT_FALSE(facts.modules_disabled);
    EXPECT_FALSE(facts.distribution);
    EXPECT_FALSE(facts.netconsole);
}

TEST(KernelFacts, ComeWithTheirSources) {
    const test::FakeHost host;
    host.write("sys/module/module/parameters/sig_enforce", "Y\n");
    host.write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    host.write("proc/sys/kernel/modules_disabled", "1\n");
    const KernelFacts facts = gather_kernel(host.sources());
    ASSERT_TRUE(facts.hook_demand && facts.sig_enforce && facts.lockdown && facts.modules_disabled);
    EXPECT_EQ(facts.hook_demand->value, HookDemand::demanded);
    EXPECT_EQ(facts.hook_demand->source, host.path("proc/kallsyms"));
    EXPECT_TRUE(facts.sig_enforce->value);
    EXPECT_EQ(facts.lockdown->value, "integrity");
    EXPECT_EQ(facts.lockdown->source, host.path("sys/kernel/security/lockdown"));
    EXPECT_TRUE(facts.modules_disabled->value);
}

TEST(KernelFacts, TellOffFromOn) {
    const test::FakeHost host;
    host.write("sys/module/module/parameters/sig_enforce", "N\n");
    host.write("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    host.write("proc/sys/kernel/modules_disabled", "0\n");
    const KernelFacts facts = gather_kernel(host.sources());
    ASSERT_TRUE(facts.sig_enforce && facts.lockdown && facts.modules_disabled);
    EXPECT_FALSE(facts.sig_enforce->value);
    EXPECT_EQ(facts.lockdown->value, "none");
    EXPECT_FALSE(facts.modules_disabled->value);
}

TEST(KernelFacts, DoNotReadLockdownWithoutABracket) {
    const test::FakeHost host;
    host.write("sys/kernel/security/lockdown", "]none[\n");
    EXPECT_FALSE(gather_kernel(host.sources()).lockdown);
}

}  // namespace
}  // namespace netpoll_shim
