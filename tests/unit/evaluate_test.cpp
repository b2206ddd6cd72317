// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cases.hpp"

namespace netpoll_shim {
namespace {

using namespace test;

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Rule {
    const char* name;
    std::optional<HookDemand> demand;
    const char* release;
    const char* driver;
    const char* version;
    VerdictKind kind;
    std::optional<Mode> mode;
    bool forceable;
};

class Rules : public testing::TestWithParam<Rule> {};

TEST_P(Rules, GiveTheVerdict) {
    const Rule& rule = GetParam();
    const Verdict verdict =
        judge(kernel(rule.demand, rule.release), device(rule.driver, rule.version));
    EXPECT_EQ(verdict.interface, "eth0");
    EXPECT_EQ(verdict.driver, rule.driver);
    EXPECT_EQ(verdict.kind, rule.kind);
    EXPECT_EQ(verdict.mode, rule.mode);
    EXPECT_EQ(verdict.forceable, rule.forceable);
    EXPECT_FALSE(verdict.reasons.empty());
    for (const Statement& reason : verdict.reasons) {
        EXPECT_FALSE(reason.source.empty()) << reason.text;
    }
}

constexpr auto demands = HookDemand::demanded;
constexpr auto demands_not = HookDemand::not_demanded;
constexpr auto none = std::nullopt;
constexpr auto native = VerdictKind::native;
constexpr auto shim = VerdictKind::shim;
constexpr auto refuse = VerdictKind::refuse;
constexpr auto unknown = VerdictKind::unknown;

INSTANTIATE_TEST_SUITE_P(
    Table, Rules,
    testing::Values(
        // the kernel demands nothing: whatever the driver is, unless it is of class C
        Rule{"UndemandingA", demands_not, "5.10", "nic_a", "2.0", native, none, false},
        Rule{"UndemandingB", demands_not, "5.10", "nic_b", "1.0", native, none, false},
        Rule{"UndemandingComparer", demands_not, "5.10", "nic_cmp", "1.0", native, none, false},
        Rule{"UndemandingUnheardOf", demands_not, "5.10", "nic_new", "1.0", native, none, false},
        // it demands, and the driver has the hook
        Rule{"HookA", demands, "4.4.121", "nic_a", "1.0", native, none, false},
        Rule{"HookClassUnknown", demands, "4.4.121", "nic_u", "4.0", native, none, false},
        // it demands, and there is none
        Rule{"NoHookA", demands, "4.4.121", "nic_a", "2.0", shim, Mode::drain, false},
        Rule{"NoHookB", demands, "4.4.121", "nic_b", "1.0", shim, Mode::attach, false},
        Rule{"NoHookCFixed", demands, "4.4.121", "nic_c", "3.0", shim, Mode::drain, false},
        Rule{"NoHookComparer", demands, "4.4.121", "nic_cmp", "1.0", refuse, none, false},
        Rule{"NoHookClassUnknown", demands, "4.4.121", "nic_u", "1.0", unknown, none, true},
        // class C: netpoll refused, polled by the kernel, polled by the driver's own hook
        Rule{"NoHookC", demands, "4.4.121", "nic_c", "2.0", shim, Mode::guard, false},
        Rule{"UndemandingC", demands_not, "5.10", "nic_c", "2.0", shim, Mode::guard, false},
        Rule{"HookC", demands, "4.4.121", "nic_c", "1.0", shim, Mode::guard, false},
        Rule{"HookCUndemanding", demands_not, "5.10", "nic_c", "1.0", shim, Mode::guard, false},
        // and what is not known would change nothing of that
        Rule{"HookUnknownC", demands, "4.4.121", "nic_u", "3.0", shim, Mode::guard, false},
        Rule{"KernelUnknownC", none, "garbage", "nic_c", "2.0", shim, Mode::guard, false},
        Rule{"KernelUnknownHookC", none, "garbage", "nic_c", "1.0", shim, Mode::guard, false},
        Rule{"ComparerC", demands, "4.4.121", "nic_cmp", "2.0", refuse, none, false},
        Rule{"ComparerCUndemanding", demands_not, "5.10", "nic_cmp", "2.0", refuse, none, false},
        // too little is known of the driver
        Rule{"HookUnknown", demands, "4.4.121", "nic_u", "2.0", unknown, none, true},
        Rule{"UnheardOf", demands, "4.4.121", "nic_new", "1.0", unknown, none, true},
        Rule{"VersionBelowAll", demands, "4.4.121", "nic_a", "0.9", unknown, none, true},
        Rule{"VersionGarbage", demands, "4.4.121", "nic_a", "banana", unknown, none, true},
        Rule{"UnnameableDriver", demands, "4.4.121", "a nic", "1.0", unknown, none, false},
        // too little is known of the kernel
        Rule{"KernelUnknownA", none, "garbage", "nic_a", "2.0", unknown, none, true},
        Rule{"KernelUnknownHook", none, "garbage", "nic_a", "1.0", unknown, none, false},
        Rule{"KernelUnknownComparer", none, "garbage", "nic_cmp", "1.0", unknown, none, false},
        Rule{"NoNetpoll", HookDemand::no_netpoll, "4.4.121", "nic_a", "2.0", unknown, none, false},
        Rule{"NoNetpollC", HookDemand::no_netpoll, "4.4.121", "nic_c", "2.0", unknown, none, false},
        // without symbols the database decides
        Rule{"DatabaseDemands", none, "4.4.121", "nic_a", "2.0", shim, Mode::drain, false},
        Rule{"DatabaseDemandsNot", none, "4.19.1", "nic_a", "2.0", native, none, false},
        Rule{"DatabaseGuesses", none, "4.14.1-vendor", "nic_a", "2.0", shim, Mode::drain, false},
        // symbols count more than the database
        Rule{"SymbolsDemand", demands, "6.1.192", "nic_a", "2.0", shim, Mode::drain, false},
        Rule{"SymbolsDemandNot", demands_not, "4.4.121", "nic_a", "2.0", native, none, false}),
    [](const auto& info) { return info.param.name; });

TEST(Evaluate, SaysThatAVirtualDeviceHasNoDriver) {
    DeviceFacts facts;
    facts.name = "lo";
    const Verdict verdict = judge(kernel(), facts);
    EXPECT_EQ(verdict.kind, VerdictKind::unknown);
    EXPECT_FALSE(verdict.forceable);
    EXPECT_THAT(verdict.reasons, says("virtual device: no bus driver"));
}

TEST(Evaluate, ShowsThatSymbolsAndDatabaseDisagree) {
    const Verdict verdict = judge(kernel(demands, "6.1.192-legacy"), device("nic_a", "2.0"));
    EXPECT_THAT(verdict.contradictions,
                ElementsAre(AllOf(HasSubstr("demands no ndo_poll_controller"),
                                  HasSubstr("/proc/kallsyms says otherwise and counts"))));
    EXPECT_THAT(verdict.reasons, Contains(Field(&Statement::source, "/proc/kallsyms")));
    EXPECT_THAT(judge(kernel(demands, "4.4.121"), device("nic_a", "2.0")).contradictions,
                IsEmpty());
}

TEST(Evaluate, MarksAGuessByVersion) {
    EXPECT_THAT(judge(kernel(std::nullopt, "4.14.1-vendor"), device("nic_a", "2.0")).reasons,
                says("a guess by version"));
    EXPECT_THAT(judge(kernel(std::nullopt, "4.14.1"), device("nic_a", "2.0")).reasons,
                Not(says("a guess by version")));
}

struct GuardCase {
    const char* name;
    HookDemand demand;
    const char* version;
    const char* hazard;
    const char* guard;
    const char* of_nothing;
};

class Guard : public testing::TestWithParam<GuardCase> {};

TEST_P(Guard, SaysWhatItPrevents) {
    const Verdict verdict = judge(kernel(GetParam().demand), device("nic_c", GetParam().version));
    EXPECT_EQ(verdict.mode, Mode::guard);
    EXPECT_THAT(verdict.reasons, says(GetParam().hazard));
    EXPECT_THAT(verdict.reasons, says("under receive load"));
    EXPECT_THAT(verdict.reasons, says(GetParam().guard));
    EXPECT_THAT(verdict.reasons, Contains(Field(&Statement::source, "class C")).Times(2));
    EXPECT_THAT(verdict.remedies, ElementsAre("netpoll-shim load"));
    EXPECT_THAT(verdict.alternatives,
                ElementsAre("upgrade nic_c to 3.0 or newer", HasSubstr(GetParam().of_nothing)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Guard,
    testing::Values(
        GuardCase{"NetpollIsRefused", demands, "2.0", "so drain can hang the machine",
                  "guard polls it with a budget of 1 and puts what it receives aside",
                  "netconsole stays refused"},
        GuardCase{"TheKernelPolls", demands_not, "2.0",
                  "warning: netconsole attaches as it is, and netpoll polls nic_c at budget 0",
                  "guard polls it with a budget of 1", "can hang"},
        GuardCase{"TheDriversHookPolls", demands, "1.0",
                  "warning: netconsole attaches through the hook of nic_c itself",
                  "guard takes the place of its hook", "can hang"},
        GuardCase{"BothPoll", demands_not, "1.0", "through the hook of nic_c itself",
                  "guard takes the place of its hook", "can hang"}),
    [](const auto& info) { return info.param.name; });

TEST(Evaluate, WarnsOfNothingWhereClassAIsNative) {
    const Verdict verdict = judge(kernel(demands_not), device("nic_a", "2.0"));
    EXPECT_THAT(verdict.reasons, Not(says("warning")));
    EXPECT_THAT(verdict.remedies, IsEmpty());
}

TEST(Evaluate, SaysWhyClassBIsAttached) {
    EXPECT_THAT(judge(kernel(), device("nic_b", "1.0")).reasons, says("would reclaim nothing"));
}

TEST(Evaluate, TellsWhatToDoAboutARefusal) {
    const Verdict verdict = judge(kernel(), device("nic_cmp", "1.0"));
    EXPECT_THAT(verdict.reasons, says("compares netdev_ops pointers"));
    EXPECT_THAT(verdict.remedies, ElementsAre(HasSubstr("mainline 4.19 or newer")));
}

// A kernel that demands no hook would poll a driver of class C at budget 0.
TEST(Evaluate, SendsNobodyFromARefusalToAKernelThatHangs) {
    const DeviceFacts facts = device("nic_cmp", "2.0");
    const Verdict refused = judge(kernel(demands), facts);
    EXPECT_THAT(refused.reasons, says("compares netdev_ops pointers"));
    EXPECT_THAT(refused.reasons, says("under receive load"));
    EXPECT_THAT(refused.remedies, ElementsAre("upgrade nic_cmp to 3.0 or newer"));
    EXPECT_THAT(
        judge(kernel(demands_not), facts).remedies,
        ElementsAre("upgrade nic_cmp to 3.0 or newer", "keep netpoll targets off this device"));
}

TEST(Evaluate, TellsWhatIsMissing) {
    EXPECT_THAT(judge(kernel(), device("nic_new", "1.0")).remedies,
                ElementsAre(HasSubstr("load --force"), HasSubstr("drivers/nic_new.toml")));
    EXPECT_THAT(judge(kernel(std::nullopt, "garbage"), device("nic_a", "2.0")).remedies,
                ElementsAre(HasSubstr("load --force"), HasSubstr("kallsyms")));
    const Verdict verdict = judge(kernel(HookDemand::no_netpoll), device("nic_a", "2.0"));
    EXPECT_THAT(verdict.reasons, says("the kernel has no netpoll"));
    EXPECT_THAT(verdict.remedies, ElementsAre(HasSubstr("CONFIG_NETPOLL")));
}

}  // namespace
}  // namespace netpoll_shim
