// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

std::string found(const std::string& pattern, const std::string& text) {
    const auto compiled = Pattern::compile(pattern);
    return std::string(compiled ? compiled->find(text).value_or("no match") : "no pattern");
}

TEST(Pattern, FindsTheGroup) {
    EXPECT_EQ(found(R"(^3\.10\.0-(\d+(?:\.\d+)*)\.el7)", "3.10.0-1062.1.2.el7.x86_64"), "1062.1.2");
    EXPECT_EQ(found(R"(^(\d+\.\d+(?:\.\d+)*))", "6.1.192-legacy"), "6.1.192");
    EXPECT_EQ(found(R"(^(\d+)(?:-a|-b)?$)", "12-b"), "12");
    EXPECT_EQ(found("(a*?)b", "aab"), "aa");
    EXPECT_EQ(found("^x(1)", "1"), "no match");
    EXPECT_EQ(found("^(a{2})$", "aa"), "aa");
}

TEST(Pattern, FindsTheOneOfSeveralGroupsThatTookPart) {
    EXPECT_EQ(found("^(?:(a)x|(b)y)$", "by"), "b");
    EXPECT_EQ(found("^(?:(a)x|(b)y)$", "ax"), "a");
    EXPECT_EQ(found("^(?:(a)|b)$", "b"), "no match");
    EXPECT_EQ(found("^()x", "x"), "");
}

TEST(Pattern, OfNothingMatchesNothing) {
    EXPECT_FALSE(Pattern().find(""));
}

// Where a matcher backtracks, as most do, this takes 2^100 steps.
TEST(Pattern, MatchesHostileOnesInNoTime) {
    EXPECT_EQ(found("^(?:a*)*(?:(?:a|a)*)*(b)$", std::string(100, 'a')), "no match");
}

std::string problem(const std::string& pattern) {
    const auto compiled = Pattern::compile(pattern);
    return compiled ? "" : compiled.error().message;
}

TEST(Pattern, RefusesWhatIsNoPatternOrTooLarge) {
    EXPECT_THAT(problem(""), HasSubstr("one group"));
    EXPECT_THAT(problem("(a)(a)(a)(a)(a)"), HasSubstr("up to 4"));
    EXPECT_THAT(problem("^("), HasSubstr("missing )"));
    EXPECT_THAT(problem(R"((a)\1)"), HasSubstr("invalid escape sequence"));
    EXPECT_THAT(problem("(a)(?=b)"), HasSubstr("invalid perl operator"));
    EXPECT_THAT(problem("(a){9999}"), HasSubstr("invalid repetition size"));
    EXPECT_THAT(problem(R"((\pL{999}\pL{999}))"), HasSubstr("too large"));
    EXPECT_EQ(problem("(" + std::string(254, 'a') + ")"), "");
    EXPECT_THAT(problem("(" + std::string(255, 'a') + ")"), HasSubstr("longer than 256"));
}

}  // namespace
}  // namespace netpoll_shim
