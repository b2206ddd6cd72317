// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "render/db_json.hpp"
#include "render/db_text.hpp"
#include "support/stored_database.hpp"

namespace netpoll_shim {
namespace {

const std::string good_folder = std::string(SOURCE_DIR) + "/tests/db/good";

DbDiffReport diff(const DbDiffOptions& options) {
    const test::StoredDatabase good = test::good_database();
    return db_diff(options, good.files()).value();
}

TEST(DbDiff, SaysNothingOfEqualDatabases) {
    for (const auto& report : {diff({good_folder, std::nullopt}), diff({good_folder, good_folder}),
                               diff({good_folder + "/drivers/nic.toml", std::nullopt})}) {
        EXPECT_EQ(render_text(report), "");
        EXPECT_EQ(report.exit_code, ExitCode::done);
    }
}

TEST(DbDiff, LooksAtWhatIsSaidAlone) {
    test::TemporaryFolder folder;
    folder.write("kernels/mainline.toml", R"toml(# another notation, and another order
upstream = true
family = 'mainline'
pattern = "^(\\d+\\.\\d+(?:\\.\\d+)*)"
[[range]]
evidence = [
    "made up",
]
from = "4.19"
demands_hook = false
[[range]]
from = "3.10"
before = "4.19"
demands_hook = true
evidence = ["made up"]
)toml");
    EXPECT_EQ(render_text(diff({folder.path("kernels/mainline.toml"), std::nullopt})), "");
}

TEST(DbDiff, ShowsWhatWasAddedRemovedAndChanged) {
    test::TemporaryFolder folder;
    std::filesystem::copy(good_folder, folder.path("db"), std::filesystem::copy_options::recursive);
    folder.write("db/drivers/own.toml", R"(driver = "own"
builtin_mode = "attach"
[[range]]
origin = "in-tree"
from = "4.4"
before = "5.0"
hook = "unknown"
class = "B"
note = "why"
srcversion = ["AB"]
evidence = ["made up", "more"]
[[range]]
origin = "in-tree"
family = "Dist"
from = "2"
hook = false
class = "C"
evidence = ["made up"]
)");
    folder.write("db/compares-ops.toml", "[[driver]]\ndriver = \"other\"\nevidence = [\"e\"]\n");
    folder.write("db/kernels/dist.toml", R"(family = "Dist"
pattern = '^4\.18\.0-(\d+)\.dist'
[[range]]
from = "1"
before = "150"
demands_hook = false
evidence = ["made up"]
)");
    const auto report = diff({good_folder, folder.path("db")});
    EXPECT_EQ(render_text(report), R"(- comparer comparer
+ comparer other
~ driver own: builtin_mode
    from 'drain'
    to   'attach'
+ driver own, in-tree Dist from 2
~ driver own, in-tree from 4.4: before
    from nothing
    to   '5.0'
~ driver own, in-tree from 4.4: class
    from 'unknown'
    to   'B'
~ driver own, in-tree from 4.4: evidence
    from 'made up'
    to   'made up; more'
~ driver own, in-tree from 4.4: hook
    from 'true'
    to   'unknown'
~ driver own, in-tree from 4.4: note
    from nothing
    to   'why'
~ driver own, in-tree from 4.4: srcversion
    from nothing
    to   'AB'
- driver own, out-of-tree from 1
~ kernel family Dist: distributions
    from 'dist; dist-clone'
    to   nothing
~ kernel family Dist: pattern
    from '^4\.18\.0-(\d+(?:\.\d+)*)\.dist'
    to   '^4\.18\.0-(\d+)\.dist'
~ kernel family Dist, from 1: before
    from '100'
    to   '150'
~ kernel family Dist, from 1: demands_hook
    from 'true'
    to   'false'
- kernel family Dist, from 100
- kernel family Dist, from 200
)");
    EXPECT_EQ(report.exit_code, ExitCode::action_needed);

    const auto json = nlohmann::json::parse(render_json(report));
    EXPECT_EQ(json["schema"], 1);
    EXPECT_EQ(json["exit_code"], 3);
    EXPECT_EQ(json["changes"][0]["change"], "removed");
    EXPECT_FALSE(json["changes"][0].contains("key"));
    EXPECT_EQ(json["changes"][4]["key"], "before");
    EXPECT_EQ(json["changes"][4]["from"], nullptr);
    EXPECT_EQ(json["changes"][4]["to"], "5.0");
}

TEST(DbDiff, FailsOnWhatIsNoDatabase) {
    const test::StoredDatabase good = test::good_database();
    test::TemporaryFolder folder;
    folder.write("drivers/bad.toml", "driver = 1\n");
    for (const DbDiffOptions& options : {DbDiffOptions{folder.path("drivers"), std::nullopt},
                                         DbDiffOptions{good_folder, folder.path("drivers")}}) {
        const auto report = db_diff(options, good.files());
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().exit_code, ExitCode::database_invalid);
    }
}

}  // namespace
}  // namespace netpoll_shim
