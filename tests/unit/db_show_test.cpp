// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_show.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "render/db_json.hpp"
#include "render/db_text.hpp"
#include "support/stored_database.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Result<DbShowReport> show(const DbShowOptions& options) {
    const test::StoredDatabase good = test::good_database();
    return db_show(options, {good.files(), 1, {}}, test::TemporaryFolder().root());
}

std::string shown(const std::string& name) {
    DbShowOptions options;
    options.name = name;
    const auto report = show(options);
    return report ? render_text(*report) : report.error().message;
}

TEST(DbShow, ShowsADriverWithItsEvidence) {
    const std::string text = shown("nic");
    EXPECT_THAT(text, StartsWith("driver nic, builtin_mode guard ("));
    EXPECT_THAT(text, HasSubstr("1  out-of-tree   -       1.0   2.0     true     C\n"));
    EXPECT_THAT(text, HasSubstr("4  in-tree       Dist    100   -       false    A\n"));
    EXPECT_THAT(text, HasSubstr("/drivers/nic.toml:4\n   evidence: one\n   evidence: two\n"));
    EXPECT_THAT(text, HasSubstr("\n   a note\n   evidence: made up\n"));
    EXPECT_THAT(text, HasSubstr("\n   srcversion: 0123ABC\n"));
}

TEST(DbShow, ShowsAKernelFamilyByItsNameOrItsFile) {
    const std::string text = shown("Dist");
    EXPECT_THAT(text, StartsWith("kernel family Dist ("));
    EXPECT_THAT(text, HasSubstr("pattern  ^4\\.18\\.0-(\\d+(?:\\.\\d+)*)\\.dist\n"));
    EXPECT_THAT(text, HasSubstr("of       dist, dist-clone\n"));
    EXPECT_THAT(text, HasSubstr("2  100   200     unknown\n"));
    EXPECT_EQ(shown("dist"), text);
    EXPECT_THAT(shown("mainline"), HasSubstr("tried last"));
}

TEST(DbShow, ShowsAComparer) {
    EXPECT_THAT(shown("comparer"), StartsWith("comparer compares its netdev_ops"));
}

TEST(DbShow, NamesTheNearestWhereNothingBearsTheName) {
    DbShowOptions options;
    options.name = "nick";
    const auto report = show(options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().exit_code, ExitCode::unknown);
    EXPECT_THAT(report.error().message, HasSubstr("'nick'"));
    EXPECT_THAT(report.error().hint, StartsWith("the nearest names: nic, "));
}

struct Build {
    const char* name;
    const char* kernel;          // "": not given
    const char* driver_version;  // "": not given
    bool in_tree;
    bool out_of_tree;
    const char* srcversion;
    std::vector<std::string> from;  // of the ranges in the answers; "": no range
    const char* why;                // of the first answer
};

class DbShowBuild : public testing::TestWithParam<Build> {};

std::optional<std::string> given(const char* text) {
    return *text == '\0' ? std::nullopt : std::optional<std::string>(text);
}

TEST_P(DbShowBuild, FindsTheRangesByTheRulesOfCheck) {
    const Build& build = GetParam();
    DbShowOptions options;
    options.name = "nic";
    options.kernel = given(build.kernel);
    options.driver_version = given(build.driver_version);
    options.srcversion = given(build.srcversion);
    options.in_tree = build.in_tree;
    options.out_of_tree = build.out_of_tree;
    const auto report = show(options);
    ASSERT_TRUE(report) << report.error().message;
    std::vector<std::string> from;
    bool is_known = true;
    for (const DriverAnswer& answer : report->driver_answers) {
        from.push_back(answer.range ? answer.range->versions.from.text() : "");
        is_known = is_known && answer.range;
    }
    EXPECT_EQ(from, build.from);
    EXPECT_EQ(report->driver_answers.at(0).why, build.why);
    EXPECT_EQ(report->exit_code, is_known ? ExitCode::done : ExitCode::unknown);
}

INSTANTIATE_TEST_SUITE_P(
    Table, DbShowBuild,
    testing::Values(
        Build{"OutOfTree", "", "1.5", false, true, "", {"1.0"}, "it covers the version 1.5"},
        Build{"OutOfTreeByDefaultWithoutKernel",
              "",
              "2.5",
              false,
              false,
              "",
              {"2.0"},
              "it covers the version 2.5"},
        Build{"Unknown", "", "0.5", false, true, "", {""}, "no range covers it"},
        Build{"NoVersion", "", "one", false, true, "", {""}, "no range covers it"},
        Build{"InTree", "5.10.0", "", true, false, "", {"4.4"}, "it covers the version 5.10.0"},
        Build{"InTreeByDefaultWithoutVersion",
              "5.10.0",
              "",
              false,
              false,
              "",
              {"4.4"},
              "it covers the version 5.10.0"},
        Build{"OfAFamily",
              "4.18.0-150.dist.x86_64",
              "1.5",
              true,
              false,
              "",
              {"100"},
              "it goes by the kernel family Dist"},
        Build{"OfADistribution",
              "4.18.0-generic",
              "1.5",
              true,
              false,
              "",
              {"1.0"},
              "it covers the version 1.5"},
        Build{"Both",
              "5.10.0",
              "2.5",
              false,
              false,
              "",
              {"4.4", "2.0"},
              "it covers the version 5.10.0"},
        Build{"OneOfBoth",
              "5.10.0",
              "0.5",
              false,
              false,
              "",
              {"4.4", ""},
              "it covers the version 5.10.0"},
        Build{"Srcversion",
              "",
              "",
              false,
              false,
              "0123ABC",
              {"100"},
              "it lists the srcversion 0123ABC"},
        Build{"SrcversionOfAnother",
              "",
              "1.5",
              false,
              true,
              "0",
              {"1.0"},
              "it covers the version 1.5"}),
    [](const auto& info) { return info.param.name; });

TEST(DbShow, AnswersForAKernelToo) {
    DbShowOptions options;
    options.name = "dist";
    options.kernel = "4.18.0-150.dist.x86_64";
    const auto report = show(options);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->exit_code, ExitCode::done);
    EXPECT_THAT(render_text(*report),
                StartsWith("kernel: 150 of the family Dist: whether it demands the hook is not"));
    // Another distribution's kernel with such a release.
    options.distribution = "other";
    EXPECT_THAT(render_text(show(options).value()),
                StartsWith("kernel: 4.18.0 of the family mainline: a guess"));
    options.distribution = std::nullopt;
    options.kernel = "4.18.0-0.dist";
    EXPECT_THAT(render_text(show(options).value()), HasSubstr("no range covers it"));
    EXPECT_EQ(show(options).value().exit_code, ExitCode::unknown);
    options.kernel = "none";
    EXPECT_THAT(render_text(show(options).value()), HasSubstr("no family matches"));
    EXPECT_EQ(show(options).value().exit_code, ExitCode::unknown);
}

TEST(DbShow, SaysWhyInText) {
    DbShowOptions options;
    options.name = "nic";
    options.driver_version = "1.5";
    options.kernel = "5.10.0";
    const std::string text = render_text(show(options).value());
    EXPECT_THAT(text, HasSubstr("if it came with the kernel:\n"));
    EXPECT_THAT(text, HasSubstr("taken as upstream 5.10.0"));
    EXPECT_THAT(text, HasSubstr("if it is out of tree:\n   nic 1.5 is out of tree ("));
    EXPECT_THAT(text, HasSubstr("out-of-tree 1.0 up to 2.0, because it covers the version 1.5"));
    EXPECT_THAT(text, HasSubstr("   hook true, class C\n"));
    EXPECT_THAT(text, Not(HasSubstr("BEFORE")));
}

TEST(DbShow, GivesJson) {
    DbShowOptions options;
    options.name = "nic";
    options.driver_version = "9";
    options.kernel = "5.10.0";
    options.in_tree = true;
    const auto json = nlohmann::json::parse(render_json(show(options).value()));
    EXPECT_EQ(json["schema"], 1);
    EXPECT_EQ(json["driver"]["driver"], "nic");
    EXPECT_EQ(json["kernel_family"], nullptr);
    EXPECT_EQ(json["comparer"], nullptr);
    EXPECT_EQ(json["kernel"]["family"], "mainline");
    EXPECT_EQ(json["kernel"]["range"]["demands_hook"], false);
    ASSERT_EQ(json["answers"].size(), 1U);
    EXPECT_EQ(json["answers"][0]["in_tree"], true);
    EXPECT_EQ(json["answers"][0]["range"]["from"], "4.4");
    EXPECT_EQ(json["answers"][0]["why"], "it covers the version 5.10.0");
    EXPECT_NE(json["answers"][0]["identity"][0]["text"], "");
}

}  // namespace
}  // namespace netpoll_shim
