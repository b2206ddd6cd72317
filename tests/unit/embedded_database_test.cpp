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

// The module goes by the driver's name alone, so its own mode must be right for every version.
TEST(EmbeddedDatabase, DrainsByItselfOnlyWhatIsOfClassAThroughout) {
    for (const Driver& driver : test::embedded_database().drivers) {
        if (driver.builtin_mode != Mode::drain) {
            continue;
        }
        for (const DriverRange& range : driver.ranges) {
            EXPECT_TRUE(range.hook == true || range.driver_class == DriverClass::a) << range.source;
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
        const auto* found = find_range(*ena, Origin::out_of_tree, Version::parse(version).value());
        return found != nullptr ? *found : DriverRange{};
    };
    EXPECT_EQ(range("1.6.0").hook, true);
    EXPECT_EQ(range("1.6.0").driver_class, DriverClass::c);
    EXPECT_EQ(range("2.1.4g").hook, false);
    EXPECT_EQ(range("2.1.4g").driver_class, DriverClass::c);
    EXPECT_EQ(range("2.2.0g").hook, false);
    EXPECT_EQ(range("2.2.0g").driver_class, DriverClass::a);
}

// netpoll-facts.md 1.3: updates that took the driver's change without the core's.
TEST(EmbeddedDatabase, ServesTheDistributionsThatTookTheDriversChangeAlone) {
    const Database database = test::embedded_database();
    const auto judge = [&](const char* release, HookDemand demand, const char* version) {
        DeviceFacts facts = test::device("ena", version);
        facts.module->in_tree->value = true;
        return evaluate(test::kernel(demand, release), facts, {}, database);
    };
    const Verdict cosmic = judge("4.18.0-12-generic", HookDemand::demanded, "2.0.1K");
    EXPECT_EQ(cosmic.kind, VerdictKind::shim);
    EXPECT_EQ(cosmic.mode, Mode::attach);
    EXPECT_THAT(cosmic.remedies, testing::Contains(testing::HasSubstr("upgrade ena to 2.2.0")));
    EXPECT_EQ(judge("4.4.165-81-default", HookDemand::demanded, "2.0.1").mode, Mode::attach);
    // 1.5.0K names drivers with and without the hook
    EXPECT_EQ(judge("4.4.0-1072-aws", HookDemand::demanded, "1.5.0K").kind, VerdictKind::unknown);
    EXPECT_EQ(judge("4.18.0", HookDemand::demanded, "1.5.0K").kind, VerdictKind::native);
    EXPECT_EQ(judge("4.18.0-240.el8.x86_64", HookDemand::not_demanded, "2.1.0K").kind,
              VerdictKind::native);
}

}  // namespace
}  // namespace netpoll_shim
