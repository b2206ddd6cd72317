// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/rules.hpp"

#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

struct ModeCase {
    Origin origin;
    std::optional<bool> hook;
    DriverClass driver_class;
    bool drain;
    bool guard;
};

// drivers-db/README.md, "The module's own policy".
TEST(Rules, BuiltinModesMustSuitEveryRangeWithoutARow) {
    using enum DriverClass;
    const auto own = Origin::out_of_tree;
    const auto in_tree = Origin::in_tree;
    for (const ModeCase& expected : {
             ModeCase{own, false, a, true, true},
             ModeCase{own, true, c, true, true},
             ModeCase{own, false, b, false, false},
             ModeCase{own, true, b, true, false},
             ModeCase{own, true, unknown, true, false},
             ModeCase{in_tree, false, a, true, true},
             ModeCase{in_tree, false, b, false, false},
             ModeCase{in_tree, true, b, true, false},
             ModeCase{in_tree, false, c, false, true},
             ModeCase{in_tree, true, c, false, true},
             ModeCase{in_tree, std::nullopt, unknown, false, false},
             ModeCase{in_tree, true, unknown, true, false},
             ModeCase{Origin::distribution, true, c, false, true},
         }) {
        DriverRange range;
        range.origin = expected.origin;
        range.hook = expected.hook;
        range.driver_class = expected.driver_class;
        const int number = static_cast<int>(expected.driver_class);
        EXPECT_EQ(builtin_mode_suits(Mode::drain, range), expected.drain) << number;
        EXPECT_EQ(builtin_mode_suits(Mode::guard, range), expected.guard) << number;
        EXPECT_TRUE(builtin_mode_suits(Mode::attach, range));
        EXPECT_TRUE(builtin_mode_suits(std::nullopt, range));
    }
}

VersionRange versions(const char* from, const char* before) {
    VersionRange range;
    range.from = Version::parse(from).value();
    if (before != nullptr) {
        range.before = Version::parse(before).value();
    }
    return range;
}

TEST(Rules, RangesOverlapWhereAVersionIsInBoth) {
    const auto overlaps = [](const VersionRange& left, const VersionRange& right) {
        EXPECT_EQ(overlap(left, right), overlap(right, left));
        return overlap(left, right);
    };
    EXPECT_FALSE(overlaps(versions("1", "2"), versions("2", "3")));
    EXPECT_FALSE(overlaps(versions("1", "2"), versions("2.0", nullptr)));
    EXPECT_TRUE(overlaps(versions("1", "2.0.1"), versions("2", nullptr)));
    EXPECT_TRUE(overlaps(versions("1", nullptr), versions("2", nullptr)));
    EXPECT_TRUE(overlaps(versions("1", "9"), versions("2", "3")));
}

TEST(Rules, RangesOfOneOriginAndFamilyCompete) {
    DriverRange left;
    left.versions = versions("1", "3");
    DriverRange right = left;
    EXPECT_TRUE(compete(left, right));
    right.family = "F";
    EXPECT_FALSE(compete(left, right));
    right = left;
    right.origin = Origin::out_of_tree;
    EXPECT_FALSE(compete(left, right));
    right = left;
    right.versions = versions("3", nullptr);
    EXPECT_FALSE(compete(left, right));
}

}  // namespace
}  // namespace netpoll_shim
