// SPDX-License-Identifier: GPL-2.0-or-later
//
// The order of evidence: what holds of every verdict, whatever the facts are.
#include "evaluate/evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "support/cases.hpp"

namespace netpoll_shim {
namespace {

using namespace test;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array questions = {Question::demand, Question::hook, Question::driver_class};

// Facts of one device on one kernel.
struct Facts {
    KernelFacts kernel;
    DeviceFacts device;

    Verdict verdict() const { return judge(kernel, device); }
    // What the verdict is, apart from how it is told.
    auto outcome() const {
        const Verdict v = verdict();
        return std::tuple(v.kind, v.mode, v.forceable, v.service);
    }
};

std::ostream& operator<<(std::ostream& out, const Facts& facts) {
    return out << facts.kernel.release << ", " << facts.device.driver->value << " "
               << facts.device.module->version->value
               << (facts.device.module->in_tree->value ? " in-tree" : "");
}

void set_demand(Facts& facts, HookDemand demand) {
    facts.kernel.hook_demand = Fact<HookDemand>{demand, "symbols"};
}

void set_object_hook(Facts& facts, bool hook) {
    facts.device.module->object = DriverObject{Fact<bool>{hook, "object"}, std::nullopt, ""};
}

void set_live_hook(Facts& facts, bool hook) {
    facts.device.live_ops = LiveOps{hook, false, 2, "dry run"};
}

rc::Gen<HookDemand> any_demand() {
    return rc::gen::element(HookDemand::demanded, HookDemand::not_demanded, HookDemand::no_netpoll);
}

// Facts that the database alone can say something of.
Facts weak_facts() {
    Facts facts;
    facts.kernel =
        kernel(std::nullopt, *rc::gen::element<std::string>("4.4.121", "4.14.1-vendor", "4.19.0",
                                                            "6.1.5-12-cloud", "garbage"));
    facts.device = device(
        *rc::gen::element<std::string>("nic_a", "nic_b", "nic_c", "nic_u", "nic_cmp", "nic_new"),
        *rc::gen::element<std::string>("0.5", "1.0", "2.0", "2.5K", "3.0", "4.0", "banana"));
    facts.device.module->in_tree->value = *rc::gen::arbitrary<bool>();
    return facts;
}

// The same, with any of the stronger facts.
Facts any_facts() {
    Facts facts = weak_facts();
    if (*rc::gen::arbitrary<bool>()) {
        set_demand(facts, *any_demand());
    }
    if (*rc::gen::arbitrary<bool>()) {
        set_object_hook(facts, *rc::gen::arbitrary<bool>());
    }
    if (*rc::gen::arbitrary<bool>()) {
        set_live_hook(facts, *rc::gen::arbitrary<bool>());
    }
    return facts;
}

// Adds a fact to `facts` that answers `question` with this evidence.
Evidence add_strong_fact(Facts& facts, Question& question) {
    switch (*rc::gen::inRange(0, 3)) {
        case 0:
            question = Question::demand;
            set_demand(facts, *any_demand());
            return Evidence::kernel_symbols;
        case 1:
            question = Question::hook;
            set_object_hook(facts, *rc::gen::arbitrary<bool>());
            return Evidence::driver_object;
        default:
            question = Question::hook;
            set_live_hook(facts, *rc::gen::arbitrary<bool>());
            return Evidence::live_device;
    }
}

RC_GTEST_PROP(EvidenceProperty, AStrongerFactNeverMakesTheVerdictRestOnAWeakerOne, ()) {
    const Facts facts = any_facts();
    Facts more = facts;
    Question question = Question::hook;
    const Evidence added = add_strong_fact(more, question);
    const Verdict before = facts.verdict();
    const Verdict after = more.verdict();
    RC_LOG() << facts << std::endl;
    for (const Question each : questions) {
        if (before.rests_on(each)) {
            RC_ASSERT(after.rests_on(each));
            RC_ASSERT(*after.rests_on(each) <= *before.rests_on(each));
        }
    }
    RC_ASSERT(after.rests_on(question));
    RC_ASSERT(*after.rests_on(question) <= added);
    if (before.rests_on(question) && added <= *before.rests_on(question)) {
        RC_ASSERT(*after.rests_on() <= *before.rests_on());
    }
}

RC_GTEST_PROP(EvidenceProperty, AWeakerFactNeverChangesTheVerdict, ()) {
    Facts facts = weak_facts();
    // The release then tells of the demand alone.
    facts.device.module->in_tree->value = false;
    set_demand(facts, *any_demand());
    set_live_hook(facts, *rc::gen::arbitrary<bool>());
    const auto outcome = facts.outcome();
    set_object_hook(facts, *rc::gen::arbitrary<bool>());
    RC_ASSERT(facts.outcome() == outcome);
    facts.kernel.release = *rc::gen::element<std::string>("4.4.121", "4.19.0", "5.10.1-x", "?");
    RC_ASSERT(facts.outcome() == outcome);
}

RC_GTEST_PROP(EvidenceProperty, NoContradictionIsHidden, ()) {
    const Facts facts = any_facts();
    const Verdict verdict = facts.verdict();
    const auto overruled =
        std::count_if(verdict.chain.begin(), verdict.chain.end(),
                      [](const ChainLink& link) { return link.standing == Standing::overruled; });
    RC_ASSERT(verdict.contradictions.size() == static_cast<std::size_t>(overruled));
    const auto& object = facts.device.module->object;
    if (facts.device.live_ops && object && object->hook->value != facts.device.live_ops->hook) {
        RC_ASSERT(overruled > 0);
    }
    // Exactly one answer decides each question that has any.
    for (const Question question : questions) {
        const auto decisive =
            std::count_if(verdict.chain.begin(), verdict.chain.end(), [&](const ChainLink& link) {
                return link.question == question && link.standing == Standing::decides;
            });
        RC_ASSERT(decisive == (verdict.rests_on(question) ? 1 : 0));
    }
}

TEST(Evidence, OfTheObjectOverrulesTheDatabase) {
    Facts facts{kernel(), device("nic_a", "1.0")};  // with the hook, says the database
    EXPECT_EQ(facts.verdict().kind, VerdictKind::native);
    set_object_hook(facts, false);
    const Verdict verdict = facts.verdict();
    EXPECT_EQ(verdict.kind, VerdictKind::shim);
    EXPECT_EQ(verdict.mode, Mode::drain);
    EXPECT_EQ(verdict.rests_on(Question::hook), Evidence::driver_object);
    EXPECT_EQ(verdict.rests_on(Question::driver_class), Evidence::database);
    EXPECT_EQ(verdict.rests_on(), Evidence::database);
    EXPECT_THAT(verdict.contradictions,
                ElementsAre(HasSubstr("nic_a 1.0 has the hook (db/drivers/nic_a.toml:3); object "
                                      "says otherwise and counts")));
}

TEST(Evidence, OfTheDeviceOverrulesTheObject) {
    Facts facts{kernel(), device("nic_new", "1.0")};
    set_object_hook(facts, false);
    EXPECT_EQ(facts.verdict().kind, VerdictKind::unknown);
    set_live_hook(facts, true);
    EXPECT_EQ(facts.verdict().kind, VerdictKind::native);
    EXPECT_EQ(facts.verdict().rests_on(Question::hook), Evidence::live_device);
    EXPECT_THAT(facts.verdict().contradictions, ElementsAre(HasSubstr("dry run says otherwise")));
}

TEST(Evidence, OfAnObjectThatWasReplacedDoesNotCount) {
    Facts facts{kernel(), device("nic_a", "1.0")};
    set_object_hook(facts, false);
    facts.device.module->file_differs = true;
    EXPECT_EQ(facts.verdict().kind, VerdictKind::native);
}

TEST(Evidence, OfAnObjectThatDoesNotTellIsShownWhereNothingElseTells) {
    Facts facts{kernel(), device("nic_new", "1.0")};
    facts.device.module->object = DriverObject{std::nullopt, std::nullopt, "no symbol table"};
    EXPECT_THAT(facts.verdict().reasons,
                says("the driver's object does not tell of the hook: no symbol table"));
}

TEST(Evidence, MarksAGuess) {
    Facts facts{kernel(std::nullopt, "4.14.1-vendor"), device("nic_a", "2.0")};
    EXPECT_EQ(facts.verdict().rests_on(Question::demand), Evidence::version_guess);
    EXPECT_EQ(facts.verdict().rests_on(), Evidence::version_guess);
    facts.kernel.release = "4.14.1";
    EXPECT_EQ(facts.verdict().rests_on(), Evidence::database);
    // an in-tree driver of a kernel that may carry backports
    facts = {kernel(HookDemand::demanded, "6.1.5-vendor"), device("nic_a", "")};
    facts.device.module.reset();
    EXPECT_EQ(facts.verdict().rests_on(Question::driver_class), Evidence::version_guess);
    facts.kernel.release = "6.1.5";
    EXPECT_EQ(facts.verdict().rests_on(Question::driver_class), Evidence::database);
}

TEST(Evidence, IsNotThereForAVirtualDevice) {
    DeviceFacts bond;
    bond.name = "bond0";
    EXPECT_EQ(judge(kernel(), bond).rests_on(), std::nullopt);
    bond.link_kind = Fact<std::string>{"bond", "rtnetlink"};
    bond.lower_names = {"eth0", "eth1"};
    const Verdict verdict = judge(kernel(), bond);
    EXPECT_THAT(verdict.reasons, says("(bond): it hands netpoll to eth0 eth1"));
    EXPECT_THAT(verdict.remedies, ElementsAre("netpoll-shim check eth0 eth1"));
    EXPECT_THAT(verdict.chain, IsEmpty());
}

TEST(Evidence, ThatTheDeviceRefusesNetpollIsFinal) {
    Facts facts{kernel(), device("nic_a", "2.0")};
    facts.device.live_ops = LiveOps{false, true, 2, "dry run"};
    EXPECT_EQ(facts.verdict().kind, VerdictKind::refuse);
    EXPECT_THAT(facts.verdict().reasons, says("IFF_DISABLE_NETPOLL"));
}

}  // namespace
}  // namespace netpoll_shim
