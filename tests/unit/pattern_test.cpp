// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

std::string first_group(const std::string& pattern, const std::string& text) {
    std::smatch groups;
    const auto compiled = compile_pattern(pattern);
    return compiled && std::regex_search(text, groups, *compiled) ? groups.str(1) : "no match";
}

TEST(Pattern, MatchesLikeEcmaScript) {
    EXPECT_EQ(first_group(R"(^3\.10\.0-(\d+(?:\.\d+)*)\.el7)", "3.10.0-1062.1.2.el7.x86_64"),
              "1062.1.2");
    EXPECT_EQ(first_group(R"(^(\d+\.\d+(?:\.\d+)*))", "6.1.192-legacy"), "6.1.192");
    EXPECT_EQ(first_group(R"(^(\d+)(?:-a|-b)?$)", "12-b"), "12");
    // the longest, where ECMAScript would take the first
    EXPECT_EQ(first_group("^(a|ab)", "ab"), "ab");
    EXPECT_EQ(first_group("(a*?)b", "aab"), "aa");
    EXPECT_EQ(first_group("^x(1)", "1"), "no match");
    EXPECT_EQ(first_group("^(?!12)(\\d+)", "123"), "no match");
    EXPECT_EQ(first_group("^(?=12)(\\d+)", "123"), "123");
}

// Where std::regex backtracks, as it does by itself, this takes 2^100 steps.
TEST(Pattern, MatchesHostileOnesInNoTime) {
    EXPECT_EQ(first_group("^(?:a*)*(?:(?:a|a)*)*(b)$", std::string(100, 'a')), "no match");
}

std::string problem(const std::string& pattern) {
    const auto compiled = compile_pattern(pattern);
    return compiled ? "" : compiled.error().message;
}

TEST(Pattern, RefusesWhatIsNoPatternOrDangerous) {
    EXPECT_THAT(problem(""), HasSubstr("one group"));
    EXPECT_THAT(problem("^("), HasSubstr("one group"));
    EXPECT_THAT(problem("(a)(b)"), HasSubstr("one group"));
    EXPECT_THAT(problem(R"((a)\1)"), HasSubstr("without back references"));
    EXPECT_THAT(problem("(a){9999}"), HasSubstr("'{' is not allowed"));
    for (const char* pattern : {"(a)(?=b)", "(a)(?!b)", "(?!b)(a)", "^(?!(?=b))(a)",
                                "^(?=b(?!a))(a)", "^(?!b)(?!c)(a)"}) {
        EXPECT_THAT(problem(pattern), HasSubstr("only one look-ahead")) << pattern;
    }
    EXPECT_EQ(problem("(" + std::string(254, 'a') + ")"), "");
    EXPECT_THAT(problem("(" + std::string(255, 'a') + ")"), HasSubstr("longer than 256"));
}

}  // namespace
}  // namespace netpoll_shim
