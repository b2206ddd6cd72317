// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/driver.hpp"

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

TEST(Driver, LooksAnInTreeDriverUpByTheKernel) {
    DeviceFacts facts = device("nic_a", "9.9");
    facts.module->in_tree->value = true;
    const Verdict verdict = judge(kernel(HookDemand::demanded, "6.1.192-legacy"), facts);
    EXPECT_EQ(verdict.kind, VerdictKind::shim);
    EXPECT_EQ(verdict.driver_version, "9.9 in-tree");
    EXPECT_THAT(verdict.reasons, says("taken as upstream 6.1.192: a guess by version"));
    // 5.9 is below the in-tree range, although 9.9 would be within the out-of-tree one
    EXPECT_EQ(judge(kernel(HookDemand::demanded, "5.9.0"), facts).kind, VerdictKind::unknown);
}

TEST(Driver, TakesABuiltInDriverForInTree) {
    DeviceFacts facts = device("nic_a", "");
    facts.module.reset();
    const Verdict verdict = judge(kernel(HookDemand::demanded, "6.1.1"), facts);
    EXPECT_EQ(verdict.kind, VerdictKind::shim);
    EXPECT_EQ(verdict.driver_version, "in-tree");
    EXPECT_THAT(verdict.reasons, Contains(Field(&Statement::source, HasSubstr("built in"))));
}

TEST(Driver, FallsBackToEthtoolForTheVersion) {
    DeviceFacts facts = device("nic_a", "");
    facts.module->version.reset();
    facts.ethtool = EthtoolInfo{"nic_a", "2.5", ""};
    const Verdict verdict = judge(kernel(), facts);
    EXPECT_EQ(verdict.kind, VerdictKind::shim);
    EXPECT_EQ(verdict.driver_version, "2.5");
}

TEST(Driver, TakesADriverThatNamesTheKernelsReleaseForInTree) {
    DeviceFacts facts = device("nic_a", "");
    facts.module->version.reset();
    facts.module->in_tree.reset();
    facts.ethtool = EthtoolInfo{"nic_a", "6.1.192-legacy", ""};
    EXPECT_EQ(judge(kernel(HookDemand::demanded, "6.1.192-legacy"), facts).kind, VerdictKind::shim);
    facts.ethtool->version = "2.0";
    const Verdict verdict = judge(kernel(HookDemand::demanded, "6.1.192-legacy"), facts);
    EXPECT_EQ(verdict.kind, VerdictKind::unknown);
    EXPECT_THAT(verdict.reasons, says("whether nic_a came with the kernel is not known"));
}

TEST(Driver, KnowsNoVersionWithoutAny) {
    DeviceFacts facts = device("nic_a", "");
    facts.module->version.reset();
    EXPECT_EQ(judge(kernel(), facts).kind, VerdictKind::unknown);
    EXPECT_THAT(judge(kernel(), facts).reasons, says("tells no version"));
}

TEST(Driver, ShowsContradictionsOfTheDriver) {
    DeviceFacts facts = device("nic_a", "2.0");
    facts.ethtool = EthtoolInfo{"nic_a", "1.9", ""};
    facts.module->file_differs = true;
    facts.module->path = "/lib/nic_a.ko";
    EXPECT_THAT(judge(kernel(), facts).contradictions,
                ElementsAre(HasSubstr("/lib/nic_a.ko is not the file that was loaded"),
                            AllOf(HasSubstr("ethtool says version 1.9"), HasSubstr("2.0"))));
    facts = device("nic_a", "2.0");
    facts.ethtool = EthtoolInfo{"nic_a", "2.0", ""};
    EXPECT_THAT(judge(kernel(), facts).contradictions, IsEmpty());
}

}  // namespace
}  // namespace netpoll_shim
