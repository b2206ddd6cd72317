// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cases.hpp"

namespace netpoll_shim {
namespace {

using namespace test;

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
        // the kernel demands nothing: whatever the driver is
        Rule{"UndemandingA", demands_not, "5.10", "nic_a", "2.0", native, none, false},
        Rule{"UndemandingC", demands_not, "5.10", "nic_c", "2.0", native, none, false},
        Rule{"UndemandingComparer", demands_not, "5.10", "nic_cmp", "1.0", native, none, false},
        Rule{"UndemandingUnheardOf", demands_not, "5.10", "nic_new", "1.0", native, none, false},
        // it demands, and the driver has the hook
        Rule{"HookA", demands, "4.4.121", "nic_a", "1.0", native, none, false},
        Rule{"HookC", demands, "4.4.121", "nic_c", "1.0", native, none, false},
        // it demands, and there is none
        Rule{"NoHookA", demands, "4.4.121", "nic_a", "2.0", shim, Mode::drain, false},
        Rule{"NoHookB", demands, "4.4.121", "nic_b", "1.0", shim, Mode::attach, false},
        Rule{"NoHookC", demands, "4.4.121", "nic_c", "2.0", shim, Mode::attach, false},
        Rule{"NoHookCFixed", demands, "4.4.121", "nic_c", "3.0", shim, Mode::drain, false},
        Rule{"NoHookComparer", demands, "4.4.121", "nic_cmp", "1.0", refuse, none, false},
        Rule{"NoHookClassUnknown", demands, "4.4.121", "nic_u", "1.0", unknown, none, true},
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
    EXPECT_THAT(verdict.contradictions, ElementsAre(HasSubstr("the database says otherwise")));
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

TEST(Evaluate, WarnsOfClassCWhereNetpollWorksByItself) {
    for (const auto& verdict : {judge(kernel(HookDemand::not_demanded), device("nic_c", "2.0")),
                                judge(kernel(HookDemand::demanded), device("nic_c", "1.0"))}) {
        EXPECT_THAT(verdict.reasons, says("can hang under receive load"));
        EXPECT_THAT(verdict.reasons, says("`guard`, which prevents that, is not part"));
        EXPECT_THAT(verdict.remedies, ElementsAre("upgrade nic_c to 3.0 or newer"));
    }
    EXPECT_THAT(judge(kernel(HookDemand::not_demanded), device("nic_a", "2.0")).reasons,
                Not(says("warning")));
}

TEST(Evaluate, WarnsOfClassCThatIsServed) {
    const Verdict verdict = judge(kernel(), device("nic_c", "2.0"));
    EXPECT_THAT(verdict.reasons, says("about one TX ring of messages"));
    EXPECT_THAT(verdict.remedies,
                ElementsAre("upgrade nic_c to 3.0 or newer", "netpoll-shim load"));
}

TEST(Evaluate, SaysWhyClassBIsAttached) {
    EXPECT_THAT(judge(kernel(), device("nic_b", "1.0")).reasons, says("would reclaim nothing"));
}

TEST(Evaluate, TellsWhatToDoAboutARefusal) {
    const Verdict verdict = judge(kernel(), device("nic_cmp", "1.0"));
    EXPECT_THAT(verdict.reasons, says("compares netdev_ops pointers"));
    EXPECT_THAT(verdict.remedies, ElementsAre(HasSubstr("mainline 4.19 or newer")));
}

TEST(Evaluate, TellsWhatIsMissing) {
    EXPECT_THAT(judge(kernel(), device("nic_new", "1.0")).remedies,
                ElementsAre(HasSubstr("load --force"), HasSubstr("drivers/nic_new.toml")));
    EXPECT_THAT(judge(kernel(std::nullopt, "garbage"), device("nic_a", "2.0")).remedies,
                ElementsAre(HasSubstr("load --force"), HasSubstr("kallsyms")));
    const Verdict verdict = judge(kernel(HookDemand::no_netpoll), device("nic_a", "2.0"));
    EXPECT_THAT(verdict.reasons, says("kernel without netpoll"));
    EXPECT_THAT(verdict.remedies, ElementsAre(HasSubstr("CONFIG_NETPOLL")));
}

}  // namespace
}  // namespace netpoll_shim
