// SPDX-License-Identifier: GPL-2.0-or-later
//
// tests/db/good is a database in which nothing is wrong. tests/db/bad has files and folders with
// what `db lint` must say of each, and no more, in the .expected beside it; files are judged as if
// they were put into the good one.
#include "commands/db_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "database/embedded.hpp"
#include "render/db_text.hpp"
#include "support/stored_database.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

const fs::path bad_folder = fs::path(SOURCE_DIR) / "tests/db/bad";

Result<DbLintReport> lint(const std::vector<std::string>& paths) {
    const test::StoredDatabase good = test::good_database();
    return db_lint({paths}, good.files());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        text.replace(at, from.size(), to);
    }
    return text;
}

std::string read(const fs::path& path) {
    std::ifstream stream(path);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

// The .expected files below a folder, without that ending: what is to be linted.
std::vector<std::string> bad_ones() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(bad_folder)) {
        if (entry.path().extension() == ".expected") {
            fs::path linted = entry.path();
            linted.replace_extension();
            found.push_back(fs::relative(linted, bad_folder).string());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

// A folder, or the TOML file of that name.
fs::path linted_path(const std::string& name) {
    const fs::path folder = bad_folder / name;
    return fs::is_directory(folder) ? folder : fs::path(folder.string() + ".toml");
}

class BadDatabase : public testing::TestWithParam<std::string> {};

TEST_P(BadDatabase, GivesExactlyItsMessages) {
    const auto report = lint({linted_path(GetParam()).string()});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->exit_code, ExitCode::database_invalid);
    const std::string text = replaced(replaced(render_text(*report), bad_folder.string() + "/", ""),
                                      bad_folder.parent_path().string(), "..");
    EXPECT_EQ(text, read(bad_folder / (GetParam() + ".expected")));
}

INSTANTIATE_TEST_SUITE_P(Folder, BadDatabase, testing::ValuesIn(bad_ones()), [](const auto& info) {
    std::string name = info.param;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '/' || c == '-'; }, '_');
    return name;
});

TEST(DbLint, HasAnExpectationForEveryBadFile) {
    const auto expected = bad_ones();
    EXPECT_GE(expected.size(), 25U);
    for (const auto& entry : fs::recursive_directory_iterator(bad_folder)) {
        if (entry.path().extension() == ".toml") {
            const std::string path = fs::relative(entry.path(), bad_folder).string();
            const bool has_one =
                std::any_of(expected.begin(), expected.end(), [&](const std::string& name) {
                    return path == name + ".toml" || path.rfind(name + "/", 0) == 0;
                });
            EXPECT_TRUE(has_one) << path;
        }
    }
}

TEST(DbLint, SaysNothingOfAGoodDatabase) {
    const std::string good = std::string(SOURCE_DIR) + "/tests/db/good";
    for (const std::string& path : {good, good + "/drivers", good + "/drivers/nic.toml"}) {
        const auto report = lint({path});
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(render_text(*report), "") << path;
        EXPECT_EQ(report->exit_code, ExitCode::done) << path;
        EXPECT_GT(report->files, 0U) << path;
    }
}

TEST(DbLint, LooksAtTheEmbeddedDatabaseWithoutAPath) {
    const auto embedded = embedded_database_files();
    const auto report = db_lint({}, embedded);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(render_text(*report), "");
    EXPECT_EQ(report->files, embedded.size());

    const auto broken = db_lint({}, {{"drivers/nic.toml", "driver = 1\n"}});
    ASSERT_TRUE(broken);
    EXPECT_THAT(render_text(*broken), HasSubstr("drivers/nic.toml:1:10: driver: expected a text"));
}

TEST(DbLint, JudgesFilesThatAreGivenTogetherByEachOther) {
    test::TemporaryFolder folder;
    folder.write("drivers/new.toml",
                 "driver = \"new\"\nbuiltin_mode = \"none\"\n[[range]]\norigin = \"in-tree\"\n"
                 "family = \"New\"\nfrom = \"1\"\nhook = true\nclass = \"A\"\nevidence = "
                 "[\"e\"]\n");
    folder.write("families/kernels/new.toml",
                 "family = \"New\"\npattern = '^(\\d+)-new'\n[[range]]\nfrom = \"1\"\n"
                 "demands_hook = true\nevidence = [\"e\"]\n");
    const std::string driver = folder.path("drivers/new.toml");
    const std::string family = folder.path("families/kernels/new.toml");
    EXPECT_THAT(render_text(lint({driver}).value()), HasSubstr("family: 'New' is no"));
    EXPECT_EQ(render_text(lint({driver, family}).value()), "");
    // named twice, told once
    EXPECT_EQ(lint({driver, driver}).value().problems.size(), 1U);
    EXPECT_EQ(lint({driver, driver}).value().files, 1U);
}

TEST(DbLint, LetsAFileStandInForTheEmbeddedOne) {
    test::TemporaryFolder folder;
    // takes the family Dist away from nic.toml, which is not looked at
    folder.write("kernels/dist.toml",
                 "family = \"Other\"\npattern = '^(\\d+)-new'\n[[range]]\nfrom = \"1\"\n"
                 "demands_hook = true\nevidence = [\"e\"]\n");
    EXPECT_EQ(render_text(lint({folder.path("kernels/dist.toml")}).value()), "");
}

TEST(DbLint, FailsOnWhatCannotBeRead) {
    test::TemporaryFolder folder;
    folder.write("README.md", "no TOML\n");
    folder.write("huge/drivers/huge.toml", std::string((1U << 20U) + 1, '\n'));
    const auto error = [](const std::string& path) {
        const auto report = lint({path});
        EXPECT_FALSE(report) << path;
        return report ? Error{} : report.error();
    };
    EXPECT_THAT(error(folder.path("nope")).message, HasSubstr("/nope: No such file"));
    EXPECT_THAT(error(folder.path("README.md/x")).message, StartsWith("cannot read"));
    EXPECT_THAT(error(folder.path("huge")).message, HasSubstr("larger than 1 MiB"));
    EXPECT_THAT(error("/dev/null").message, HasSubstr("not a regular file"));
    fs::remove_all(folder.path("huge"));
    EXPECT_THAT(error(folder.path("")).message, HasSubstr("has no TOML files"));
    EXPECT_EQ(error(folder.path("")).exit_code, ExitCode::failed);
}

TEST(DbLint, LooksAtNoMoreThanTenThousandEntries) {
    test::TemporaryFolder folder;
    folder.write("0.toml", "");
    for (int i = 0; i < 10'000; i++) {
        folder.write("f/" + std::to_string(i), "");
    }
    const auto report = lint({folder.path("")});
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("more than 10000 entries"));
}

}  // namespace
}  // namespace netpoll_shim
