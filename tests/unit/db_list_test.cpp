// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "render/db_json.hpp"
#include "render/db_markdown.hpp"
#include "render/db_text.hpp"
#include "support/stored_database.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;
using testing::Not;

Result<DbListReport> list_in_place_of(const test::StoredDatabase& shipped, DbListOptions options) {
    options.shipped = !options.from;
    return db_list(options, {shipped.files(), 1, {}}, test::TemporaryFolder().root());
}

DbListReport list(const DbListOptions& options = {}) {
    return list_in_place_of(test::good_database(), options).value();
}

TEST(DbList, ShowsEverythingByName) {
    EXPECT_EQ(render_text(list()), R"(DRIVER  RANGES  HOOK                  CLASS       BUILTIN MODE
nic     5       true, false, unknown  C, A        guard
own     2       true, false           unknown, C  drain
silent  1       unknown               unknown     attach

KERNEL FAMILY  RANGES  DEMANDS HOOK          DISTRIBUTIONS
Dist           3       true, unknown, false  dist, dist-clone
mainline       2       true, false           upstream

COMPARES ITS OPS  SOURCES  FIRST SOURCE
comparer          1        made up
)");
}

TEST(DbList, ShowsWhatIsAskedFor) {
    const std::string drivers = render_text(list({{}, true, false, false}));
    EXPECT_THAT(drivers, HasSubstr("BUILTIN MODE"));
    EXPECT_THAT(drivers, Not(HasSubstr("KERNEL FAMILY")));
    EXPECT_THAT(drivers, Not(HasSubstr("COMPARES")));
    const std::string others = render_text(list({{}, false, true, true}));
    EXPECT_THAT(others, Not(HasSubstr("BUILTIN MODE")));
    EXPECT_THAT(others, HasSubstr("KERNEL FAMILY"));
    EXPECT_THAT(others, HasSubstr("COMPARES"));
}

TEST(DbList, GivesAllOfItAsJson) {
    const auto json = nlohmann::json::parse(render_json(list()));
    EXPECT_EQ(json["schema"], 1);
    EXPECT_EQ(json["exit_code"], 0);
    ASSERT_EQ(json["drivers"].size(), 3U);
    const auto& ranges = json["drivers"][0]["ranges"];
    EXPECT_EQ(json["drivers"][0]["builtin_mode"], "guard");
    EXPECT_EQ(ranges[0]["before"], "2.0");
    EXPECT_EQ(ranges[0]["hook"], true);
    EXPECT_EQ(ranges[0]["class"], "C");
    EXPECT_EQ(ranges[0]["family"], nullptr);
    EXPECT_EQ(ranges[0]["evidence"], nlohmann::json({"one", "two"}));
    EXPECT_EQ(ranges[1]["before"], nullptr);
    EXPECT_EQ(ranges[1]["note"], "a note");
    EXPECT_EQ(ranges[2]["hook"], nullptr);
    EXPECT_EQ(ranges[3]["family"], "Dist");
    EXPECT_EQ(ranges[3]["srcversion"][0], "0123ABC");
    EXPECT_EQ(json["drivers"][2]["ranges"][0]["class"], nullptr);
    EXPECT_EQ(json["kernels"][0]["distributions"], nlohmann::json({"dist", "dist-clone"}));
    EXPECT_EQ(json["kernels"][0]["ranges"][1]["demands_hook"], nullptr);
    EXPECT_EQ(json["kernels"][1]["upstream"], true);
    EXPECT_EQ(json["comparers"][0]["driver"], "comparer");

    const auto kernels = nlohmann::json::parse(render_json(list({{}, false, true, false})));
    EXPECT_FALSE(kernels.contains("drivers"));
    EXPECT_TRUE(kernels.contains("kernels"));
}

TEST(DbList, ReadsADatabaseOfTheDisk) {
    test::TemporaryFolder folder;
    folder.write("drivers/nic.toml", R"(driver = "nic"
builtin_mode = "none"
[[range]]
origin = "in-tree"
from = "1"
hook = true
class = "B"
evidence = ["e"]
)");
    // a file stands in for its like
    const auto overlaid = list({folder.path("drivers/nic.toml")});
    EXPECT_EQ(overlaid.database.drivers.size(), 3U);
    EXPECT_EQ(overlaid.database.drivers.at(0).ranges.size(), 1U);

    const test::StoredDatabase good = test::good_database();
    folder.write("drivers/nic.toml", "driver = 1\n");
    const auto invalid = list_in_place_of(good, {folder.path("drivers/nic.toml")});
    ASSERT_FALSE(invalid);
    EXPECT_EQ(invalid.error().exit_code, ExitCode::database_invalid);
    EXPECT_THAT(invalid.error().message, HasSubstr("nic.toml:1:1: builtin_mode: missing"));
    EXPECT_THAT(invalid.error().hint, HasSubstr("db lint"));
    const auto missing = list_in_place_of(good, {folder.path("nope")});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().exit_code, ExitCode::failed);
}

TEST(DbMarkdown, IsAPageWithASectionForEachDriverAndFamily) {
    const std::string page = render_markdown(list());
    for (const char* part :
         {"# The database\n", "\n| [Dist](#dist) | 3 | true, unknown, false | dist, dist-clone |\n",
          "\n| [mainline](#mainline) | 2 | true, false | upstream |\n",
          "\n| [nic](#nic) | 5 | true, false, unknown | C, A | guard |\n", "\n### nic\n",
          "\n| 1 | out-of-tree |  | 1.0 | 2.0 | true | C |\n",
          "\n1. out-of-tree 1.0 up to 2.0\n   - one\n   - two\n",
          "\n2. out-of-tree from 2.0: a note\n", "\n   - srcversion 0123ABC\n",
          "\n- [Dist](#dist), whether it demands the hook: 100 up to 200\n",
          "\n- [nic](#nic), the hook: in-tree from 4.4\n",
          "\n- [own](#own), the class: in-tree from 4.4\n",
          "\n- [silent](#silent), the hook: in-tree from 4.4\n",
          "\n- [silent](#silent), the class: in-tree from 4.4\n", "\n- comparer\n  - made up\n"}) {
        EXPECT_THAT(page, HasSubstr(part));
    }
}

TEST(DbMarkdown, TakesNoMarkupFromTheData) {
    DbListReport report;
    Driver driver;
    driver.name = "a_b|c";
    report.database.drivers.push_back(driver);
    report.database.ops_comparers.push_back({"x", {"<b>*one*\n# two"}, "f:1"});
    const std::string page = render_markdown(report);
    EXPECT_THAT(page, HasSubstr(R"(### a\_b\|c)"));
    EXPECT_THAT(page, HasSubstr(R"(  - \<b\>\*one\* \# two)"));
}

TEST(DbMarkdown, LinksToTheAnchorsThatForgesMake) {
    DbListReport report;
    KernelFamily family;
    family.name = "Leap 15.0 (x_y)";
    report.database.kernels.push_back(family);
    EXPECT_THAT(render_markdown(report), HasSubstr(R"([Leap 15.0 (x\_y)](#leap-150-x_y))"));
}

}  // namespace
}  // namespace netpoll_shim
