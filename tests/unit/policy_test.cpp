// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/policy.hpp"

#include <gtest/gtest.h>

#include "act/plan.hpp"

namespace netpoll_shim {
namespace {

Verdict shim(const char* driver, Mode mode) {
    Verdict verdict;
    verdict.driver = driver;
    verdict.kind = VerdictKind::shim;
    verdict.mode = mode;
    return verdict;
}

Verdict other(const char* driver, VerdictKind kind, bool forceable = false) {
    Verdict verdict;
    verdict.driver = driver;
    verdict.kind = kind;
    verdict.forceable = forceable;
    return verdict;
}

TEST(Plan, IsSortedAndUnique) {
    const std::vector<Verdict> verdicts = {shim("z", Mode::drain), shim("a", Mode::attach),
                                           shim("z", Mode::drain)};
    EXPECT_EQ(format_policy(plan_policy(verdicts, false)), "a=attach,z=drain");
}

TEST(Plan, IsAttachWhereDevicesOfADriverDiffer) {
    EXPECT_EQ(format_policy(plan_policy({shim("a", Mode::drain), shim("a", Mode::attach)}, false)),
              "a=attach");
    EXPECT_EQ(format_policy(plan_policy({shim("a", Mode::attach), shim("a", Mode::drain)}, false)),
              "a=attach");
}

TEST(Plan, IsGuardWhereDevicesOfADriverAreDrainedAndGuarded) {
    const auto both = [](Mode left, Mode right) {
        return format_policy(plan_policy({shim("a", left), shim("a", right)}, false));
    };
    EXPECT_EQ(both(Mode::guard, Mode::guard), "a=guard");
    EXPECT_EQ(both(Mode::drain, Mode::guard), "a=guard");
    EXPECT_EQ(both(Mode::guard, Mode::drain), "a=guard");
    EXPECT_EQ(both(Mode::attach, Mode::guard), "a=attach");
    EXPECT_EQ(both(Mode::guard, Mode::attach), "a=attach");
}

TEST(Plan, TakesUnknownOnesByForceOnlyAndRefusedOnesNever) {
    const std::vector<Verdict> verdicts = {
        other("n", VerdictKind::native), other("r", VerdictKind::refuse),
        other("u", VerdictKind::unknown, true), other("v", VerdictKind::unknown, false)};
    EXPECT_EQ(format_policy(plan_policy(verdicts, false)), "");
    EXPECT_EQ(format_policy(plan_policy(verdicts, true)), "u=attach");
}

TEST(Policy, HasWholeEntriesOnly) {
    EXPECT_TRUE(policy_has("ena=drain", "ena", Mode::drain));
    EXPECT_TRUE(policy_has("a=attach,ena=drain", "ena", Mode::drain));
    EXPECT_TRUE(policy_has("ena=drain,z=attach", "ena", Mode::drain));
    EXPECT_TRUE(policy_has("ena=guard", "ena", Mode::guard));
    EXPECT_FALSE(policy_has("ena=drain", "ena", Mode::attach));
    EXPECT_FALSE(policy_has("ena=drain", "ena", Mode::guard));
    EXPECT_FALSE(policy_has("xena=drain", "ena", Mode::drain));
    EXPECT_FALSE(policy_has("ena=drained", "ena", Mode::drain));
    EXPECT_FALSE(policy_has("", "ena", Mode::drain));
    EXPECT_FALSE(policy_has(",", "ena", Mode::drain));
}

TEST(Policy, NamesOnlyWhatTheParameterParserLeavesWhole) {
    EXPECT_TRUE(policy_can_name("virtio_net"));
    EXPECT_FALSE(policy_can_name("fsl,x"));
    EXPECT_FALSE(policy_can_name("a dry_run=1"));
    EXPECT_FALSE(policy_can_name("a\"b"));
    EXPECT_FALSE(policy_can_name("a=b"));
    EXPECT_FALSE(policy_can_name(""));
}

TEST(Mode, HasTheModulesWords) {
    EXPECT_EQ(mode_name(Mode::attach), "attach");
    EXPECT_EQ(mode_name(Mode::drain), "drain");
    EXPECT_EQ(mode_name(Mode::guard), "guard");
}

TEST(Mode, TellsWhichOnesNeedNapiContexts) {
    EXPECT_FALSE(polls_napi(Mode::attach));
    EXPECT_TRUE(polls_napi(Mode::drain));
    EXPECT_TRUE(polls_napi(Mode::guard));
}

}  // namespace
}  // namespace netpoll_shim
