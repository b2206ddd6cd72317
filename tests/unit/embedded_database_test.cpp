// SPDX-License-Identifier: GPL-2.0-or-later
//
// The rules that drivers-db/README.md states, for the data that is built in.
#include "database/embedded.hpp"

#include <gtest/gtest.h>

#include <set>

#include "database/lookup.hpp"
#include "support/cases.hpp"
#include "support/databases.hpp"

namespace netpoll_shim {
namespace {

TEST(EmbeddedDatabase, Decodes) {
    const auto database = decode_database(embedded_database_files());
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_FALSE(database->drivers.empty());
    EXPECT_FALSE(database->kernels.empty());
    EXPECT_FALSE(database->ops_comparers.empty());
}

// The module's own mode for a driver must be right for every range that has no row in its table.
TEST(EmbeddedDatabase, HasBuiltinModesThatAreRightForAllTheirRanges) {
    for (const Driver& driver : test::embedded_database().drivers) {
        for (const DriverRange& range : driver.ranges) {
            const bool is_a = range.driver_class == DriverClass::a;
            const bool is_c = range.driver_class == DriverClass::c;
            if (range.origin == Origin::out_of_tree && (is_a || is_c)) {
                continue;
            }
            if (driver.builtin_mode == Mode::drain) {
                EXPECT_TRUE(is_a || (range.hook == true && !is_c)) << range.source;
            } else if (driver.builtin_mode == Mode::guard) {
                EXPECT_TRUE(is_a || is_c) << range.source;
            }
        }
    }
}

TEST(EmbeddedDatabase, ServesByItselfNoDriverThatComparesOps) {
    const Database database = test::embedded_database();
    for (const Driver& driver : database.drivers) {
        if (driver.builtin_mode) {
            EXPECT_EQ(find_ops_comparer(database, driver.name), nullptr) << driver.name;
        }
    }
}

TEST(EmbeddedDatabase, HasEvidenceForEveryClaim) {
    const Database database = test::embedded_database();
    for (const Driver& driver : database.drivers) {
        for (const DriverRange& range : driver.ranges) {
            EXPECT_FALSE(range.evidence.empty()) << range.source;
        }
    }
    for (const KernelFamily& family : database.kernels) {
        for (const KernelRange& range : family.ranges) {
            EXPECT_FALSE(range.evidence.empty()) << range.source;
        }
    }
    for (const OpsComparer& comparer : database.ops_comparers) {
        EXPECT_FALSE(comparer.evidence.empty()) << comparer.source;
    }
}

TEST(EmbeddedDatabase, HasOneUpstreamFamilyAndNamesOnce) {
    const Database database = test::embedded_database();
    std::set<std::string> families;
    int upstream = 0;
    for (const KernelFamily& family : database.kernels) {
        EXPECT_TRUE(families.insert(family.name).second) << family.name;
        upstream += family.upstream ? 1 : 0;
    }
    EXPECT_EQ(upstream, 1);
    std::set<std::string> comparers;
    for (const OpsComparer& comparer : database.ops_comparers) {
        EXPECT_TRUE(comparers.insert(comparer.driver).second) << comparer.source;
    }
}

// netpoll-facts.md 2.1: the versions on which the product turns.
TEST(EmbeddedDatabase, KnowsTheEnaVersions) {
    const Database database = test::embedded_database();
    const Driver* ena = find_driver(database, "ena");
    ASSERT_NE(ena, nullptr);
    const auto range = [&](const char* version) {
        const auto* found =
            find_range(*ena, {Origin::out_of_tree, Version::parse(version).value()});
        return found != nullptr ? *found : DriverRange{};
    };
    EXPECT_EQ(range("1.6.0").hook, true);
    EXPECT_EQ(range("1.6.0").driver_class, DriverClass::c);
    EXPECT_EQ(range("2.1.4g").hook, false);
    EXPECT_EQ(range("2.1.4g").driver_class, DriverClass::c);
    EXPECT_EQ(range("2.2.0g").hook, false);
    EXPECT_EQ(range("2.2.0g").driver_class, DriverClass::a);
}

// An in-tree driver as a kernel's release and the driver's own version name it.
Verdict judge_in_tree(const char* release, HookDemand demand, const char* driver,
                      const char* version) {
    DeviceFacts facts = test::device(driver, version);
    facts.module->in_tree->value = true;
    return evaluate(test::kernel(demand, release), facts, {}, test::embedded_database());
}

// netpoll-facts.md 1.3: updates that took the driver's change without the core's.
TEST(EmbeddedDatabase, GuardsTheDistributionsThatTookTheDriversChangeAlone) {
    const auto judge = [](const char* release, const char* version) {
        return judge_in_tree(release, HookDemand::demanded, "ena", version);
    };
    const Verdict cosmic = judge("4.18.0-12-generic", "2.0.1K");
    EXPECT_EQ(cosmic.kind, VerdictKind::shim);
    EXPECT_EQ(cosmic.mode, Mode::guard);
    EXPECT_THAT(cosmic.alternatives, testing::Contains(testing::HasSubstr("upgrade ena to 2.2.0")));
    EXPECT_EQ(judge("4.4.165-81-default", "2.0.1").mode, Mode::guard);
    // 1.5.0K names drivers with and without the hook: both are of class C
    EXPECT_EQ(judge("4.4.0-1072-aws", "1.5.0K").mode, Mode::guard);
}

// netpoll-facts.md 2.2 and 2.3: netconsole attaches there, and can hang the machine.
TEST(EmbeddedDatabase, GuardsWhatTheKernelPolls) {
    const auto mode = [](const char* release, const char* driver, const char* version) {
        return judge_in_tree(release, HookDemand::not_demanded, driver, version).mode;
    };
    EXPECT_EQ(mode("3.10.0-1062.el7.x86_64", "ena", "2.0.3K"), Mode::guard);
    EXPECT_EQ(mode("4.18.0-147.el8.x86_64", "ena", "2.0.3K"), Mode::guard);
    EXPECT_EQ(mode("4.18.0-240.el8.x86_64", "ena", "2.1.0K"), Mode::guard);
    EXPECT_EQ(mode("4.19.0", "ena", "1.5.0K"), Mode::guard);
    EXPECT_EQ(mode("5.10.0-30-cloud-amd64", "gvnic", "1.0.0"), Mode::guard);
    EXPECT_EQ(mode("5.10.262", "gvnic", "1.0.0"), Mode::guard);
    // fixed, or not read
    EXPECT_EQ(judge_in_tree("5.10.0", HookDemand::not_demanded, "ena", "2.1.0K").kind,
              VerdictKind::native);
    EXPECT_EQ(judge_in_tree("6.1.192", HookDemand::not_demanded, "gvnic", "1.0.0").kind,
              VerdictKind::native);
}

// Also on late 4.9.y and 4.14.y, which have the fix: the note says so.
TEST(EmbeddedDatabase, GuardsWhatItsOwnHookPolls) {
    for (const char* release : {"4.18.0", "4.14.280", "4.9.337"}) {
        const Verdict verdict = judge_in_tree(release, HookDemand::demanded, "ena", "1.5.0K");
        EXPECT_EQ(verdict.mode, Mode::guard) << release;
        EXPECT_THAT(verdict.reasons,
                    test::says("except in late 4.9.y and 4.14.y, where guard does no harm"));
        EXPECT_THAT(verdict.reasons, test::says("guard takes the place of its hook"));
    }
    const Database database = test::embedded_database();
    for (const HookDemand demand : {HookDemand::demanded, HookDemand::not_demanded}) {
        EXPECT_EQ(evaluate(test::kernel(demand), test::device("ena", "1.6.0"), {}, database).mode,
                  Mode::guard);
    }
    // e1000e has a hook of its own too, but takes no RX work
    EXPECT_EQ(judge_in_tree("4.18.0", HookDemand::demanded, "e1000e", "3.2.6-k").kind,
              VerdictKind::native);
}

}  // namespace
}  // namespace netpoll_shim
