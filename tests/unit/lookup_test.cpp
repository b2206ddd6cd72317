// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/lookup.hpp"

#include <gtest/gtest.h>

#include "database/decode.hpp"
#include "support/databases.hpp"

namespace netpoll_shim {
namespace {

struct Expected {
    const char* release;
    const char* family;  // null: no family
    const char* version;
    std::optional<bool> demands;
    bool guess;
};

class KernelFamilies : public testing::TestWithParam<Expected> {};

// Against the data that is built in: these releases are why it is written as it is.
TEST_P(KernelFamilies, MatchTheRelease) {
    const Database database = test::embedded_database();
    const auto match = find_kernel(database, GetParam().release);
    ASSERT_EQ(match.has_value(), GetParam().family != nullptr);
    if (!match) {
        return;
    }
    EXPECT_EQ(match->family->name, GetParam().family);
    EXPECT_EQ(match->version.text(), GetParam().version);
    EXPECT_EQ(match->guess, GetParam().guess);
    EXPECT_EQ(match->range != nullptr ? match->range->demands_hook : std::nullopt,
              GetParam().demands);
}

INSTANTIATE_TEST_SUITE_P(
    Table, KernelFamilies,
    testing::Values(Expected{"4.4.121", "mainline", "4.4.121", true, false},
                    Expected{"4.18.20", "mainline", "4.18.20", true, false},
                    Expected{"4.19", "mainline", "4.19", false, false},
                    Expected{"4.4.0-1072-aws", "Ubuntu aws", "4.4.0-1072", true, false},
                    Expected{"4.15.0-1021-aws", "Ubuntu aws", "4.15.0-1021", true, false},
                    Expected{"4.15.0-1060-aws", "Ubuntu aws", "4.15.0-1060", std::nullopt, false},
                    Expected{"5.4.0-1146-aws", "Ubuntu aws", "5.4.0-1146", false, false},
                    Expected{"3.10.0-514.el7.x86_64", "RHEL 7", "514", true, false},
                    Expected{"3.10.0-693.21.1.el7.x86_64", "RHEL 7", "693.21.1", true, false},
                    Expected{"3.10.0-957.el7.x86_64", "RHEL 7", "957", std::nullopt, false},
                    Expected{"3.10.0-1160.el7.x86_64", "RHEL 7", "1160", false, false},
                    Expected{"4.18.0-80.el8.x86_64", "RHEL 8", "80", std::nullopt, false},
                    Expected{"4.18.0-147.5.1.el8_1.x86_64", "RHEL 8", "147.5.1", false, false},
                    Expected{"6.1.0-56-cloud-amd64", "Debian", "6.1.0-56", false, false},
                    Expected{"4.14.280", "mainline", "4.14.280", true, false},
                    Expected{"4.14.336", "mainline", "4.14.336", std::nullopt, false},
                    Expected{"4.4.302", "mainline", "4.4.302", std::nullopt, false},
                    Expected{"4.9.337", "mainline", "4.9.337", true, false},
                    Expected{"6.1.192-legacy", "mainline", "6.1.192", false, true},
                    Expected{"4.14.301-224.520.amzn2.x86_64", "Amazon Linux 2", "4.14.301-224.520",
                             std::nullopt, false},
                    Expected{"3.2.0", "mainline", "3.2.0", std::nullopt, false},
                    Expected{"garbage", nullptr, "", std::nullopt, false},
                    Expected{"", nullptr, "", std::nullopt, false},
                    Expected{"99999999999999999999.1", nullptr, "", std::nullopt, false}));

Version version(const char* text) {
    return Version::parse(text).value();
}

TEST(DriverRange, CoversFromUpToButWithoutBefore) {
    const Database database = test::sample_database();
    const Driver* driver = find_driver(database, "nic_c");
    ASSERT_NE(driver, nullptr);
    const auto hook_of = [&](const char* text) -> std::optional<bool> {
        const auto* range = find_range(*driver, {Origin::out_of_tree, version(text)});
        return range != nullptr ? range->hook : std::nullopt;
    };
    EXPECT_EQ(hook_of("0.9"), std::nullopt);
    EXPECT_EQ(hook_of("1.0"), true);
    EXPECT_EQ(hook_of("1.99"), true);
    EXPECT_EQ(hook_of("2.0"), false);
    EXPECT_EQ(hook_of("77"), false);
    EXPECT_EQ(find_range(*driver, {Origin::in_tree, version("1.0")}), nullptr);
}

// A driver that came with the kernels of family F, with upstream's and with others.
constexpr auto family_driver = R"(driver = "nic"
builtin_mode = "none"
[[range]]
origin = "in-tree"
from = "1"
hook = true
class = "B"
note = "upstream"
evidence = ["e"]
[[range]]
origin = "in-tree"
family = "F"
from = "10"
before = "20"
hook = false
class = "A"
note = "family"
evidence = ["e"]
[[range]]
origin = "distribution"
from = "1"
hook = true
class = "C"
note = "distribution"
evidence = ["e"]
[[range]]
origin = "out-of-tree"
from = "1"
srcversion = ["0123ABC"]
hook = true
class = "C"
note = "own"
evidence = ["e"]
)";

constexpr auto family_kernels = R"(family = "F"
pattern = '^4\.0-(\d+)\.f$'
distributions = ["fos", "fos-clone"]
[[range]]
from = "1"
demands_hook = true
evidence = ["e"]
)";

Database family_database() {
    return decode_database(
               {{"db/drivers/nic.toml", family_driver}, {"db/kernels/f.toml", family_kernels}})
        .value();
}

std::string found_for(const Database& database, const DriverBuild& build) {
    const auto* range = find_range(database.drivers.at(0), build);
    return range != nullptr ? range->note : "none";
}

TEST(DriverRange, OfTheKernelsFamilyComesBeforeThoseOfItsOrigin) {
    const Database database = family_database();
    const auto found = [&](Origin origin, const char* release) {
        return found_for(database, {origin, version("4.0"), find_kernel(database, release)});
    };
    EXPECT_EQ(found(Origin::in_tree, "4.0-10.f"), "family");
    EXPECT_EQ(found(Origin::distribution, "4.0-19.f"), "family");
    EXPECT_EQ(found(Origin::out_of_tree, "4.0-10.f"), "own");
    EXPECT_EQ(found(Origin::in_tree, "4.0-9.f"), "upstream");
    EXPECT_EQ(found(Origin::distribution, "4.0-20.f"), "distribution");
    EXPECT_EQ(found(Origin::in_tree, "4.0-10.g"), "upstream");
    EXPECT_EQ(found_for(database, {Origin::in_tree, version("12")}), "upstream");
    EXPECT_EQ(
        found_for(database, {Origin::in_tree, std::nullopt, find_kernel(database, "4.0-10.f")}),
        "family");
    EXPECT_EQ(found_for(database, {Origin::in_tree}), "none");
}

TEST(DriverRange, OfAKnownSrcversionComesFirst) {
    const Database database = family_database();
    const auto kernel = find_kernel(database, "4.0-10.f");
    EXPECT_EQ(found_for(database, {Origin::in_tree, version("4.0"), kernel, "0123ABC"}), "own");
    EXPECT_EQ(found_for(database, {Origin::in_tree, version("4.0"), kernel, "0123ABD"}), "family");
}

TEST(DriverRange, OfAFamilyIsNoUpgrade) {
    const Database database = family_database();
    EXPECT_EQ(find_upgrade(database.drivers.at(0), Origin::in_tree, version("2")), nullptr);
}

TEST(KernelFamily, MatchesOnlyItsDistributionsWhereThatIsKnown) {
    const Database database = family_database();
    EXPECT_TRUE(find_kernel(database, "4.0-10.f"));
    EXPECT_TRUE(find_kernel(database, "4.0-10.f", "fos-clone"));
    EXPECT_FALSE(find_kernel(database, "4.0-10.f", "debian"));
    const Database any = test::sample_database();
    EXPECT_TRUE(find_kernel(any, "4.4.121", "debian"));
}

TEST(DriverRange, UpgradeIsTheNextOfClassA) {
    const Database database = test::sample_database();
    const auto* upgrade =
        find_upgrade(*find_driver(database, "nic_c"), Origin::out_of_tree, version("1.5"));
    ASSERT_NE(upgrade, nullptr);
    EXPECT_EQ(upgrade->versions.from.text(), "3.0");
    EXPECT_EQ(find_upgrade(*find_driver(database, "nic_c"), Origin::out_of_tree, version("3.1")),
              nullptr);
    EXPECT_EQ(find_upgrade(*find_driver(database, "nic_b"), Origin::out_of_tree, version("1.0")),
              nullptr);
}

TEST(Lookup, KnowsTheFirstUndemandingKernel) {
    const Database database = test::sample_database();
    const Version* first = first_undemanding_kernel(database);
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->text(), "4.19");
    const Database empty;
    EXPECT_EQ(first_undemanding_kernel(empty), nullptr);
}

TEST(Lookup, KnowsComparersByName) {
    const Database database = test::sample_database();
    EXPECT_NE(find_ops_comparer(database, "nic_cmp"), nullptr);
    EXPECT_EQ(find_ops_comparer(database, "nic_c"), nullptr);
    EXPECT_EQ(find_driver(database, "nic"), nullptr);
}

Driver driver_of(const std::string& name, const std::string& module, const std::string& from,
                 const std::string& before) {
    Driver driver;
    driver.name = name;
    driver.module = module;
    DriverRange range;
    range.versions = {Version::parse(from).value(), Version::parse(before).value()};
    driver.ranges.push_back(range);
    return driver;
}

TEST(FindDriverByModule, TakesTheModulesNameWhereItIsAnotherOne) {
    Database database;
    database.drivers = {driver_of("vif", "xen-netfront", "4.4", "5"),
                        driver_of("virtio_net", "", "4.4", "5")};
    for (const char* module : {"xen-netfront", "xen_netfront"}) {
        EXPECT_EQ(find_driver_by_module(database, module, std::nullopt), &database.drivers[0]);
    }
    EXPECT_EQ(find_driver_by_module(database, "virtio_net", std::nullopt), &database.drivers[1]);
    EXPECT_EQ(find_driver_by_module(database, "vif", std::nullopt), nullptr);
    EXPECT_EQ(find_driver_by_module(database, "virtio", std::nullopt), nullptr);
}

TEST(FindDriverByModule, TellsTheNamesOfARenamedBusDriverByTheKernel) {
    Database database;
    database.drivers = {driver_of("gve", "", "6.12", "7"), driver_of("gvnic", "gve", "5.4", "6.2")};
    const auto name = [&](const std::string& upstream) {
        return find_driver_by_module(database, "gve", Version::parse(upstream).value())->name;
    };
    EXPECT_EQ(name("5.10.1"), "gvnic");
    EXPECT_EQ(name("6.12.5"), "gve");
    EXPECT_EQ(name("6.6"), "gve");
    EXPECT_EQ(find_driver_by_module(database, "gve", std::nullopt), &database.drivers[0]);
}

}  // namespace
}  // namespace netpoll_shim
