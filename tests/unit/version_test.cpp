// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/version.hpp"

#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

struct Comparison {
    const char* left;
    const char* right;
    int expected;  // -1 less, 0 equal, 1 greater
};

class VersionComparison : public testing::TestWithParam<Comparison> {};

TEST_P(VersionComparison, IsNumericPartByPart) {
    const auto left = Version::parse(GetParam().left);
    const auto right = Version::parse(GetParam().right);
    ASSERT_TRUE(left && right);
    EXPECT_EQ(*left < *right, GetParam().expected < 0);
    EXPECT_EQ(*left == *right, GetParam().expected == 0);
    EXPECT_EQ(*left > *right, GetParam().expected > 0);
    EXPECT_EQ(*right<*left, GetParam().expected> 0);
}

INSTANTIATE_TEST_SUITE_P(
    Table, VersionComparison,
    testing::Values(Comparison{"2.1.4", "2.2.0", -1}, Comparison{"2.10.0", "2.9.9", 1},
                    Comparison{"4.4", "4.4.0", 0}, Comparison{"4.4", "4.4.1", -1},
                    Comparison{"2.0.1K", "2.0.1", 0}, Comparison{"2.0.1K", "2.0.2", -1},
                    Comparison{"2.2.0g", "2.2.0", 0}, Comparison{"4.4.302", "4.4.255", 1},
                    Comparison{"4.14.336", "4.15", -1}, Comparison{"4.4.0-1072", "4.4.0-1001", 1},
                    Comparison{"4.4.0-1072", "4.4.0.1072", 0}, Comparison{"4.4.0-1072", "4.5", -1},
                    Comparison{"147.5.1", "147", 1}, Comparison{"08", "8", 0},
                    Comparison{"514.26.2", "515", -1}, Comparison{"999999999", "1000.0", 1}));

class BadVersion : public testing::TestWithParam<const char*> {};

TEST_P(BadVersion, IsAnError) {
    EXPECT_FALSE(Version::parse(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Table, BadVersion,
                         testing::Values("", ".", "-", "1.", "1..2", "1.-2", ".1", "-1", "+1", "v1",
                                         "K", "1.2K3", "1.2K.3", "1 ", " 1", "1.2-rc", "1_2",
                                         "1.2\n", "1234567890", "1.99999999999999999999", "1,2",
                                         "\xff", "1.2\xc3\xa4"));

TEST(Version, RefusesTextsOfMoreThan64Characters) {
    std::string text = "1";
    while (text.size() < 63) {
        text += ".1";
    }
    EXPECT_TRUE(Version::parse(text));
    EXPECT_FALSE(Version::parse(text + ".1"));
}

TEST(Version, KeepsItsText) {
    const auto version = Version::parse("2.0.1K");
    ASSERT_TRUE(version);
    EXPECT_EQ(version->text(), "2.0.1K");
}

struct Upstream {
    const char* release;
    const char* expected;  // null: an error
};

class UpstreamVersion : public testing::TestWithParam<Upstream> {};

TEST_P(UpstreamVersion, IsTheLeadingPartOfTheRelease) {
    const auto version = upstream_version(GetParam().release);
    ASSERT_EQ(version.has_value(), GetParam().expected != nullptr);
    if (version) {
        EXPECT_EQ(version->text(), GetParam().expected);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, UpstreamVersion,
    testing::Values(Upstream{"6.1.192-legacy", "6.1.192"}, Upstream{"6.1.192", "6.1.192"},
                    Upstream{"4.4.0-1072-aws", "4.4.0"}, Upstream{"6.12+deb13", "6.12"},
                    Upstream{"6.1.2.3", "6.1.2"}, Upstream{"5.10.", "5.10"},
                    Upstream{"6.1-rc3", "6.1"}, Upstream{"6", nullptr}, Upstream{"6-1", nullptr},
                    Upstream{"", nullptr}, Upstream{"garbage", nullptr}, Upstream{"6.", nullptr},
                    Upstream{".6.1", nullptr}));

}  // namespace
}  // namespace netpoll_shim
