// SPDX-License-Identifier: GPL-2.0-or-later
//
// The rules that drivers-db/README.md states, for the data that is built in.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "database/embedded.hpp"
#include "database/lookup.hpp"
#include "database/rules.hpp"
#include "database/select.hpp"
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

// What decode_files() refuses holds of it as well: see db_lint_test.cpp.
TEST(EmbeddedDatabase, HasBuiltinModesThatAreRightForAllTheirRanges) {
    for (const Driver& driver : test::embedded_database().drivers) {
        for (const DriverRange& range : driver.ranges) {
            EXPECT_TRUE(builtin_mode_suits(driver.builtin_mode, range)) << range.source;
        }
    }
}

TEST(EmbeddedDatabase, HasOneUpstreamFamily) {
    const Database database = test::embedded_database();
    EXPECT_EQ(std::count_if(database.kernels.begin(), database.kernels.end(),
                            [](const KernelFamily& family) { return family.upstream; }),
              1);
}

struct RealRelease {
    const char* release;
    const char* family;
    const char* version;
};

// As uname -r of each says it.
const std::vector<RealRelease>& real_releases() {
    static const std::vector<RealRelease> all = {
        {"3.10.0-514.26.2.el7.x86_64", "RHEL 7", "514.26.2"},
        {"3.10.0-1160.119.1.el7.x86_64", "RHEL 7", "1160.119.1"},
        {"4.18.0-80.el8.x86_64", "RHEL 8", "80"},
        {"4.18.0-348.2.1.el8_5.x86_64", "RHEL 8", "348.2.1"},
        {"5.14.0-70.13.1.el9_0.x86_64", "RHEL 9", "70.13.1"},
        {"5.14.0-503.11.1.el9_5.aarch64", "RHEL 9", "503.11.1"},
        {"6.12.0-55.9.1.el10_0.x86_64", "RHEL 10", "55.9.1"},
        {"6.12.0-124.8.1.el10_1.x86_64", "RHEL 10", "124.8.1"},
        {"4.1.12-124.48.6.el7uek.x86_64", "Oracle UEK", "4.1.12-124.48.6"},
        {"4.14.35-1902.300.11.el7uek.x86_64", "Oracle UEK", "4.14.35-1902.300.11"},
        {"5.4.17-2136.300.7.el8uek.x86_64", "Oracle UEK", "5.4.17-2136.300.7"},
        {"4.4.0-210-generic", "Ubuntu", "4.4.0-210"},
        {"4.15.0-20-lowlatency", "Ubuntu", "4.15.0-20"},
        {"4.4.0-1072-aws", "Ubuntu aws", "4.4.0-1072"},
        {"5.4.0-1146-aws", "Ubuntu aws", "5.4.0-1146"},
        {"5.4.0-1012-azure", "Ubuntu cloud", "5.4.0-1012"},
        {"4.15.0-1027-gcp", "Ubuntu cloud", "4.15.0-1027"},
        {"4.4.51-40.58.amzn1.x86_64", "Amazon Linux 1", "4.4.51-40.58"},
        {"4.14.336-180.566.amzn1.x86_64", "Amazon Linux 1", "4.14.336-180.566"},
        {"4.14.301-224.520.amzn2.x86_64", "Amazon Linux 2", "4.14.301-224.520"},
        {"5.10.184-175.731.amzn2.aarch64", "Amazon Linux 2", "5.10.184-175.731"},
        {"6.1.19-30.43.amzn2023.x86_64", "Amazon Linux 2023", "6.1.19-30.43"},
        {"6.1.109-118.189.amzn2023.x86_64", "Amazon Linux 2023", "6.1.109-118.189"},
        {"4.4.165-81-default", "SUSE", "4.4.165-81"},
        {"4.12.14-122.37-default", "SUSE", "4.12.14-122.37"},
        {"4.12.14-lp151.28.36-default", "SUSE", "4.12.14"},
        {"5.3.18-150300.38.50-azure", "SUSE", "5.3.18-150300.38.50"},
        {"5.14.21-150400.24.63-default", "SUSE", "5.14.21-150400.24.63"},
        {"4.12.14-lp150.12.28-default", "openSUSE Leap 15.0", "12.28"},
        {"4.12.14-lp150.11-default", "openSUSE Leap 15.0", "11"},
        {"3.16.0-11-amd64", "Debian", "3.16.0-11"},
        {"4.9.0-0.bpo.12-amd64", "Debian", "4.9.0-0"},
        {"4.19.0-27-cloud-amd64", "Debian", "4.19.0-27"},
        {"5.10.0-0.deb10.16-amd64", "Debian", "5.10.0-0"},
        {"6.12.48+deb13-cloud-amd64", "Debian", "6.12.48"},
        {"4.15.18-30-pve", "Proxmox", "4.15.18-30"},
        {"6.8.12-4-pve", "Proxmox", "6.8.12-4"},
        {"4.4.302", "mainline", "4.4.302"},
        {"7.1.3", "mainline", "7.1.3"},
    };
    return all;
}

TEST(EmbeddedDatabase, KnowsRealReleasesOfEveryKernelFamily) {
    const Database database = test::embedded_database();
    std::map<std::string, int> seen;
    for (const auto& [release, name, version] : real_releases()) {
        const auto match = find_kernel(database, release);
        ASSERT_TRUE(match) << release;
        EXPECT_EQ(match->family->name, name) << release;
        EXPECT_EQ(match->version.text(), version) << release;
        seen[match->family->name]++;
    }
    for (const KernelFamily& family : database.kernels) {
        EXPECT_GE(seen[family.name], 2) << family.source;
    }
}

TEST(EmbeddedDatabase, HasNoReleaseInTwoFamiliesOfDistributions) {
    const Database database = test::embedded_database();
    for (const RealRelease& real : real_releases()) {
        std::set<std::string> families;
        for (const KernelFamily& family : database.kernels) {
            if (!family.upstream && family.pattern.find(real.release)) {
                families.insert(family.name);
            }
        }
        EXPECT_LE(families.size(), 1U) << real.release << testing::PrintToString(families);
    }
}

// The class and the hook of a driver that came with one of these kernels.
TEST(EmbeddedDatabase, KnowsTheEnaOfDistributions) {
    const Database database = test::embedded_database();
    const auto range = [&](const char* release) {
        DriverBuild build;
        build.origin = Origin::in_tree;
        build.kernel = find_kernel(database, release);
        const auto* found = find_range(*find_driver(database, "ena"), build);
        return found != nullptr ? *found : DriverRange{};
    };
    for (const char* release :
         {"3.10.0-1062.el7.x86_64", "3.10.0-1160.119.1.el7.x86_64", "4.18.0-147.5.1.el8_1.x86_64",
          "4.18.0-240.el8.x86_64", "4.18.0-12-generic", "4.18.0-1004-aws", "4.4.0-1072-aws",
          "4.4.165-81-default", "4.12.14-lp150.12.28-default"}) {
        EXPECT_EQ(range(release).hook, false) << release;
        EXPECT_EQ(range(release).driver_class, DriverClass::c) << release;
    }
    EXPECT_EQ(range("5.4.0-1146-aws").driver_class, DriverClass::a);
}

// netpoll-facts.md 2.3 and 2.4.
TEST(EmbeddedDatabase, KnowsDriversOfUpstreamKernels) {
    const Database database = test::embedded_database();
    const auto range = [&](const char* driver, const char* version) {
        const Driver* entry = find_driver(database, driver);
        const auto* found =
            entry == nullptr
                ? nullptr
                : find_range(*entry, {Origin::in_tree, Version::parse(version).value()});
        return found != nullptr ? *found : DriverRange{};
    };
    EXPECT_EQ(range("mlx5_core", "4.4.121").hook, false);
    EXPECT_EQ(range("mlx5_core", "4.14.280").hook, true);
    EXPECT_EQ(range("mlx4_core", "4.18.0").hook, true);
    EXPECT_EQ(range("mlx4_core", "4.19.0").hook, false);
    EXPECT_EQ(range("ixgbevf", "4.4.121").driver_class, DriverClass::c);
    EXPECT_EQ(range("ixgbevf", "4.9.337").driver_class, DriverClass::a);
    EXPECT_EQ(range("qede", "4.18.0").hook, false);
    EXPECT_EQ(range("qede", "4.18.0").driver_class, DriverClass::a);
    EXPECT_EQ(range("asix", "4.4.121").hook, false);
    EXPECT_EQ(range("asix", "4.4.121").driver_class, DriverClass::b);
    EXPECT_EQ(range("vif", "4.14.280").driver_class, DriverClass::b);
    EXPECT_EQ(range("i40e", "7.1.3").hook, true);
    EXPECT_EQ(range("gve", "6.12.117").driver_class, DriverClass::a);
    EXPECT_EQ(range("gvnic", "5.15.100").driver_class, DriverClass::c);
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

TEST(EmbeddedDatabase, CanBeDecodedForSomeDriversAlone) {
    const auto database = decode_database(select_files(embedded_database_files(), {"ena", "nope"}));
    ASSERT_TRUE(database);
    const Database whole = test::embedded_database();
    ASSERT_EQ(database->drivers.size(), 1U);
    EXPECT_EQ(database->drivers[0].name, "ena");
    EXPECT_EQ(database->kernels.size(), whole.kernels.size());
    EXPECT_EQ(database->ops_comparers.size(), whole.ops_comparers.size());
}

}  // namespace
}  // namespace netpoll_shim
