// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/kernel.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

struct Symbols {
    const char* name;
    const char* kallsyms;
    std::optional<HookDemand> expected;
};

class KallsymsTable : public testing::TestWithParam<Symbols> {};

TEST_P(KallsymsTable, TellWhetherTheHookIsDemanded) {
    std::istringstream stream(GetParam().kallsyms);
    EXPECT_EQ(read_hook_demand(stream), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, KallsymsTable,
    testing::Values(Symbols{"Exported",
                            "ffffffff81000000 T _text\n0000000000000000 T netpoll_poll_dev\n"
                            "0000000000000000 T __netpoll_setup\n",
                            HookDemand::not_demanded},
                    Symbols{"Static", test::demanding_kallsyms, HookDemand::demanded},
                    Symbols{"Inlined", "0000000000000000 T netpoll_setup\n", HookDemand::demanded},
                    Symbols{"PartlyInlined",
                            "0000000000000000 T netpoll_setup\n"
                            "0000000000000000 t netpoll_poll_dev.part.0\n",
                            HookDemand::demanded},
                    Symbols{"NoNetpoll", "0000000000000000 T _text\n0000000000000000 T printk\n",
                            HookDemand::no_netpoll},
                    Symbols{
                        "SimilarNames",
                        "0000000000000000 T __netpoll_setup_x\n0000000000000000 T xnetpoll_setup\n",
                        HookDemand::no_netpoll},
                    Symbols{"ModulesDoNotCount",
                            "0000000000000000 T _text\n0000000000000000 T netpoll_poll_dev\t[odd]\n"
                            "0000000000000000 T netpoll_setup\t[odd]\n",
                            HookDemand::no_netpoll},
                    Symbols{"Empty", "", std::nullopt},
                    Symbols{"Garbage", "x\n\n  \n0 T\n", std::nullopt}),
    [](const auto& info) { return info.param.name; });

TEST(Kallsyms, ThatBreakOffProveNothing) {
    const test::FakeHost host;
    host.remove("proc/kallsyms");
    std::filesystem::create_directory(host.path("proc/kallsyms"));
    EXPECT_FALSE(gather_kernel(host.sources()).hook_demand);

    // The buffer ends in an error behind the symbol that it has read.
    struct BreakingOff : std::stringbuf {
        using std::stringbuf::stringbuf;
        int_type underflow() override {
            const int_type next = std::stringbuf::underflow();
            return next != traits_type::eof() ? next : throw std::runtime_error("broken");
        }
    };
    BreakingOff buffer("0000000000000000 T netpoll_setup\n");
    std::istream stream(&buffer);
    EXPECT_EQ(read_hook_demand(stream), std::nullopt);
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
