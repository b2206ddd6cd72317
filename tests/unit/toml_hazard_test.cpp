// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/toml_hazard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace netpoll_shim {
namespace {

std::optional<unsigned> hazardous_line(const std::string& text) {
    const auto hazard = find_toml_hazard(text);
    return hazard ? std::optional(hazard->line) : std::nullopt;
}

std::string times(int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; i++) {
        all += text;
    }
    return all;
}

TEST(TomlHazard, FindsTheLineOfDottedKeysAndBrackets) {
    EXPECT_EQ(hazardous_line("a = 1\n\na" + times(17, ".a") + " = 1\n"), 3U);
    EXPECT_EQ(hazardous_line("[a" + times(17, ".a") + "]\n"), 1U);
    EXPECT_EQ(hazardous_line("a" + times(17, ".\"b.c\"") + " = 1\n"), 1U);
    EXPECT_EQ(hazardous_line("a = " + times(17, "[\n")), 17U);
    EXPECT_EQ(hazardous_line("a = " + times(17, "{a=")), 1U);
    EXPECT_EQ(hazardous_line("a = [{a" + times(17, ".a") + " = 1}]"), 1U);
}

TEST(TomlHazard, LetsThroughWhatIsFlat) {
    EXPECT_EQ(hazardous_line(""), std::nullopt);
    EXPECT_EQ(hazardous_line("a" + times(16, ".a") + " = 1\n"), std::nullopt);
    EXPECT_EQ(hazardous_line(times(100, "a.b = [1.0, 2.0]\n")), std::nullopt);
    EXPECT_EQ(hazardous_line("a = [" + times(100, "1.0, ") + "]\n"), std::nullopt);
    EXPECT_EQ(hazardous_line(times(100, "[[a]]\n")), std::nullopt);
    EXPECT_EQ(hazardous_line(times(100, "]")), std::nullopt);
}

TEST(TomlHazard, CountsNothingInStringsAndComments) {
    const std::string deep = times(40, "[.");
    const std::string quote = "\"";
    EXPECT_EQ(hazardous_line("a = \"" + deep + "\"\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("a = '" + deep + "'\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("# it's \"" + deep + "\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("a = \"\\\"" + deep + "\"\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("a = '\\'\nb = '" + deep + "'"), std::nullopt);
    EXPECT_EQ(hazardous_line("a = \"\"\"\n\"" + deep + "\"\"\n\"\"\"\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("a = '''\n" + deep + "'''"), std::nullopt);
}

TEST(TomlHazard, GoesOnBehindStrings) {
    const std::string deep = "\n" + times(17, "[");
    EXPECT_EQ(hazardous_line("a = \"b\"" + deep), 2U);
    EXPECT_EQ(hazardous_line("a = \"\"" + deep), 2U);
    EXPECT_EQ(hazardous_line("a = \"not closed" + deep), 2U);
    EXPECT_EQ(hazardous_line("a = '\\'" + deep), 2U);
    EXPECT_EQ(hazardous_line("a = \"\"\"b\n\\\"\"\"\"" + deep), 3U);
    // two quotes more belong to the string
    EXPECT_EQ(hazardous_line("a = \"\"\"b\"\"\"\"\"" + deep), 2U);
    EXPECT_EQ(hazardous_line("a = '''b'''''" + deep), 2U);
    EXPECT_EQ(hazardous_line("# comment" + deep), 2U);
}

TEST(TomlHazard, LetsNonAsciiBeInStringsAndCommentsAlone) {
    EXPECT_EQ(hazardous_line("a = 1\nf\u00fcr = 1\n"), 2U);
    EXPECT_EQ(hazardous_line("a = \u00a0\"b\"\n"), 1U);
    EXPECT_EQ(hazardous_line("a = \"b\" \xff"), 1U);
    EXPECT_EQ(hazardous_line("# f\u00fcr\na = \"f\u00fcr\"\n'f\u00fcr' = 1\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("\ufeffa = 1\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("\ufeff\ufeffa = 1\n"), 1U);
}

// There toml++ looks through the string as if it were a number.
TEST(TomlHazard, LetsNoNonAsciiStringBeWithinSomethingElse) {
    EXPECT_EQ(hazardous_line("a = +[\"f\u00fcr\"]\n"), 1U);
    EXPECT_EQ(hazardous_line("\na = 1'f\u00fcr'\n"), 2U);
    EXPECT_EQ(hazardous_line("a = +={'''f\u00fcr'''\n"), 1U);
    EXPECT_EQ(hazardous_line("a = 1\"b\"\"f\u00fcr\"\n"), 1U);
    EXPECT_EQ(hazardous_line("a=\"f\u00fcr\"\nb=['f\u00fcr',\"f\u00fcr\"]\n"), std::nullopt);
    EXPECT_EQ(hazardous_line("a = 1# f\u00fcr\nb = [\n  \"f\u00fcr\"]"), std::nullopt);
}

}  // namespace
}  // namespace netpoll_shim
