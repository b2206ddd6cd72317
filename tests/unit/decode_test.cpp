// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/decode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netpoll_shim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr auto good_driver = R"(driver = "nic"
builtin_mode = "attach"

[[range]]
origin = "out-of-tree"
from = "1.0"
before = "2.0"
hook = true
class = "C"
note = "a note"
evidence = ["one", "two"]

[[range]]
origin = "out-of-tree"
from = "2.0"
hook = "unknown"
class = "unknown"
evidence = ["three"]

[[range]]
origin = "in-tree"
from = "1.5"
hook = false
class = "A"
evidence = ["four"]
)";

TEST(Decode, ReadsADriver) {
    const auto database = decode_database({{"db/drivers/nic.toml", good_driver}});
    ASSERT_TRUE(database) << database.error().message;
    ASSERT_EQ(database->drivers.size(), 1U);
    const Driver& driver = database->drivers[0];
    EXPECT_EQ(driver.name, "nic");
    EXPECT_EQ(driver.builtin_mode, Mode::attach);
    ASSERT_EQ(driver.ranges.size(), 3U);

    const DriverRange& first = driver.ranges[0];
    EXPECT_EQ(first.origin, Origin::out_of_tree);
    EXPECT_EQ(first.versions.from.text(), "1.0");
    ASSERT_TRUE(first.versions.before);
    EXPECT_EQ(first.versions.before->text(), "2.0");
    EXPECT_EQ(first.hook, true);
    EXPECT_EQ(first.driver_class, DriverClass::c);
    EXPECT_EQ(first.note, "a note");
    EXPECT_THAT(first.evidence, testing::ElementsAre("one", "two"));
    EXPECT_EQ(first.source, "db/drivers/nic.toml:4");

    EXPECT_EQ(driver.ranges[1].hook, std::nullopt);
    EXPECT_EQ(driver.ranges[1].driver_class, DriverClass::unknown);
    EXPECT_FALSE(driver.ranges[1].versions.before);
    EXPECT_EQ(driver.ranges[2].origin, Origin::in_tree);
    EXPECT_EQ(driver.ranges[2].hook, false);
    EXPECT_EQ(driver.ranges[2].driver_class, DriverClass::a);
}

TEST(Decode, ReadsEveryBuiltinMode) {
    const std::vector<std::pair<std::string, std::optional<Mode>>> modes = {
        {"none", std::nullopt},
        {"attach", Mode::attach},
        {"drain", Mode::drain},
        {"guard", Mode::guard}};
    for (const auto& [word, mode] : modes) {
        std::string text = good_driver;
        text.replace(text.find("attach"), 6, word);
        text.replace(text.find("class = \"unknown\""), 17, "class = \"A\"");
        const auto database = decode_database({{"db/drivers/nic.toml", text}});
        ASSERT_TRUE(database) << database.error().message;
        EXPECT_EQ(database->drivers.at(0).builtin_mode, mode) << word;
    }
}

// A good document with one line replaced, and where the complaint must point.
struct Slip {
    const char* name;
    const char* line;
    const char* replacement;
    const char* position;
    const char* message;
};

class BadDriver : public testing::TestWithParam<Slip> {};

TEST_P(BadDriver, IsRefusedAtItsPlace) {
    std::string text = good_driver;
    const std::string line = std::string(GetParam().line) + "\n";
    const auto at = text.find(line);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, line.size(), GetParam().replacement);

    const auto database = decode_database({{"db/drivers/nic.toml", text}});
    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().message,
                StartsWith(std::string("db/drivers/nic.toml:") + GetParam().position + ": "));
    EXPECT_THAT(database.error().message, HasSubstr(GetParam().message));
    EXPECT_EQ(database.error().exit_code, ExitCode::database_invalid);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadDriver,
    testing::Values(
        Slip{"UnknownKeyAtTheTop", "builtin_mode = \"attach\"",
             "builtin_mode = \"attach\"\nbuiltin = 1\n", "3:11", "builtin: unknown key"},
        Slip{"UnknownKeyInARange", "note = \"a note\"", "remark = \"a note\"\n", "10:10",
             "remark: unknown key"},
        Slip{"WrongType", "from = \"1.0\"", "from = 1.0\n", "6:8", "from: expected a text"},
        Slip{"HookAsText", "hook = true", "hook = \"true\"\n", "8:8", "hook: expected true"},
        Slip{"HookMissing", "hook = true", "", "4:1", "hook: expected true"},
        Slip{"BadVersion", "from = \"1.0\"", "from = \"one\"\n", "6:8", "'one' is not a version"},
        Slip{"EmptyRange", "before = \"2.0\"", "before = \"1.0\"\n", "7:10", "not above from"},
        Slip{"RangeUpsideDown", "before = \"2.0\"", "before = \"0.5\"\n", "7:10", "not above from"},
        Slip{"Overlap", "before = \"2.0\"", "before = \"2.0.1\"\n", "15:8",
             "overlaps the range of db/drivers/nic.toml:4"},
        Slip{"OverlapWithoutEnd", "before = \"2.0\"", "", "14:8", "overlaps"},
        Slip{"BadClass", "class = \"C\"", "class = \"D\"\n", "9:9", "'D' is none of its values"},
        Slip{"ClassMissing", "class = \"C\"", "", "4:1", "class: missing"},
        Slip{"BadOrigin", "origin = \"in-tree\"", "origin = \"intree\"\n", "21:10",
             "'intree' is none"},
        Slip{"BadMode", "builtin_mode = \"attach\"", "builtin_mode = \"park\"\n", "2:16",
             "'park' is none"},
        Slip{"EvidenceMissing", "evidence = [\"one\", \"two\"]", "", "4:1", "evidence: expected"},
        Slip{"EvidenceEmpty", "evidence = [\"one\", \"two\"]", "evidence = []\n", "11:12",
             "evidence: expected"},
        Slip{"EvidenceBlank", "evidence = [\"one\", \"two\"]", "evidence = [\"one\", \"\"]\n",
             "11:20", "evidence: expected a text"},
        Slip{"EvidenceAsText", "evidence = [\"one\", \"two\"]", "evidence = \"one\"\n", "11:12",
             "evidence: expected"},
        Slip{"NameOfAnotherFile", "driver = \"nic\"", "driver = \"other\"\n", "1:10",
             "not the name of its file"},
        Slip{"FamilyOfAnotherOrigin", "note = \"a note\"", "family = \"F\"\n", "10:10",
             "family: only a driver that came with a kernel"},
        Slip{"SrcversionNotAsModinfoShowsIt", "note = \"a note\"", "srcversion = [\"0xAB\"]\n",
             "10:14", "srcversion: expected digits"},
        Slip{"SrcversionAsText", "note = \"a note\"", "srcversion = \"AB\"\n", "10:14",
             "srcversion: expected a list"},
        Slip{"NoToml", "driver = \"nic\"", "driver = nic\n", "1:11", "parsing"}),
    [](const auto& info) { return info.param.name; });

// Two ranges of a driver, and the kernel family F.
Result<Database> decode_two_ranges(const std::string& first, const std::string& second) {
    const std::string rest = "hook = false\nclass = \"A\"\nevidence = [\"e\"]\n";
    const std::string driver = "driver = \"nic\"\nbuiltin_mode = \"none\"\n[[range]]\n" + first +
                               rest + "[[range]]\n" + second + rest;
    return decode_database({{"db/drivers/nic.toml", driver},
                            {"db/kernels/f.toml",
                             "family = \"F\"\npattern = '^(\\d+)-f'\n[[range]]\nfrom = \"1\"\n"
                             "demands_hook = true\nevidence = [\"e\"]\n"},
                            {"db/kernels/mainline.toml",
                             "family = \"M\"\npattern = '^(\\d+)'\nupstream = true\n[[range]]\n"
                             "from = \"1\"\ndemands_hook = true\nevidence = [\"e\"]\n"}});
}

std::string two_ranges_error(const std::string& first, const std::string& second) {
    const auto database = decode_two_ranges(first, second);
    return database ? "" : database.error().message;
}

TEST(Decode, ReadsRangesOfKernelFamilies) {
    const std::string in_tree = "origin = \"in-tree\"\nfrom = \"1\"\n";
    const auto database =
        decode_two_ranges(in_tree + "family = \"F\"\nsrcversion = [\"0AF9\", \"1\"]\n", in_tree);
    ASSERT_TRUE(database) << database.error().message;
    const auto& ranges = database->drivers.at(0).ranges;
    EXPECT_EQ(ranges.at(0).family, "F");
    EXPECT_THAT(ranges.at(0).srcversions, testing::ElementsAre("0AF9", "1"));
    EXPECT_EQ(ranges.at(1).family, "");
    EXPECT_TRUE(ranges.at(1).srcversions.empty());
}

TEST(Decode, RefusesRangesOfKernelFamiliesThatOverlapOrNobodyHas) {
    const std::string in_tree = "origin = \"in-tree\"\nfrom = \"1\"\n";
    EXPECT_THAT(two_ranges_error(in_tree + "family = \"F\"\n", in_tree + "family = \"F\"\n"),
                HasSubstr("overlaps the range of db/drivers/nic.toml:3"));
    EXPECT_THAT(two_ranges_error(in_tree, in_tree + "family = \"G\"\n"),
                StartsWith("db/drivers/nic.toml:12:10: family: 'G' is no"));
    EXPECT_THAT(two_ranges_error(in_tree, in_tree + "family = \"M\"\n"),
                StartsWith("db/drivers/nic.toml:12:10: family: 'M' is no"));
    const std::string own = "origin = \"out-of-tree\"\nfrom = \"1\"\nsrcversion = [\"AB\"]\n";
    EXPECT_THAT(two_ranges_error(in_tree + "srcversion = [\"1\", \"AB\"]\n", own),
                HasSubstr("srcversion: also in the range of db/drivers/nic.toml:3"));
}

std::string kernel(const std::string& pattern, const std::string& ranges) {
    return "family = \"F\"\npattern = '" + pattern + "'\n" + ranges;
}

constexpr auto kernel_range = R"([[range]]
from = "1"
before = "3"
demands_hook = true
evidence = ["e"]
)";

TEST(Decode, ReadsAKernelFamily) {
    const std::string text = kernel(R"(^(\d+)-x)", kernel_range);
    const auto database = decode_database({{"db/kernels/f.toml", text}});
    ASSERT_TRUE(database) << database.error().message;
    ASSERT_EQ(database->kernels.size(), 1U);
    EXPECT_EQ(database->kernels[0].name, "F");
    EXPECT_FALSE(database->kernels[0].upstream);
    EXPECT_TRUE(database->kernels[0].distributions.empty());
    EXPECT_EQ(database->kernels[0].ranges.at(0).demands_hook, true);
    EXPECT_EQ(database->kernels[0].ranges.at(0).source, "db/kernels/f.toml:3");
}

TEST(Decode, ReadsTheDistributionsOfAKernelFamily) {
    const std::string text =
        kernel(R"(^(\d+)-x)", "distributions = [\"a\", \"b\"]\n" + std::string(kernel_range));
    const auto database = decode_database({{"db/kernels/f.toml", text}});
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_THAT(database->kernels.at(0).distributions, testing::ElementsAre("a", "b"));
}

std::string kernel_error(const std::string& text) {
    const auto database = decode_database({{"db/kernels/f.toml", text}});
    return database ? "" : database.error().message;
}

TEST(Decode, RefusesBadKernelFamilies) {
    EXPECT_THAT(kernel_error(kernel("^(", kernel_range)), StartsWith("db/kernels/f.toml:2:11: "));
    EXPECT_THAT(kernel_error(kernel("^x", kernel_range)), HasSubstr("one group"));
    EXPECT_THAT(kernel_error(kernel("^(a)(b", kernel_range)), HasSubstr("missing )"));
    EXPECT_THAT(kernel_error(kernel("^(a)", "")),
                HasSubstr("range: expected at least one [[range]]"));
    EXPECT_THAT(kernel_error(kernel("^(a)", std::string(kernel_range) + kernel_range)),
                HasSubstr("overlaps"));
    EXPECT_THAT(kernel_error(kernel("^(a)", "upstream = 1\n" + std::string(kernel_range))),
                HasSubstr("upstream: expected true or false"));
    EXPECT_THAT(kernel_error(kernel("^(a)", "distributions = []\n" + std::string(kernel_range))),
                HasSubstr("distributions: expected a list"));
    EXPECT_THAT(kernel_error("upstream = true\n" + std::string(kernel_range)),
                HasSubstr("family: missing"));
}

TEST(Decode, ReadsComparers) {
    const auto database = decode_database(
        {{"db/compares-ops.toml", "[[driver]]\ndriver = \"x\"\nevidence = [\"e\"]\n"}});
    ASSERT_TRUE(database) << database.error().message;
    ASSERT_EQ(database->ops_comparers.size(), 1U);
    EXPECT_EQ(database->ops_comparers[0].driver, "x");
    EXPECT_EQ(database->ops_comparers[0].source, "db/compares-ops.toml:1");
}

TEST(Decode, RefusesBadComparersAndFilesOfNoKind) {
    EXPECT_FALSE(decode_database({{"db/compares-ops.toml", "[[driver]]\ndriver = \"x\"\n"}}));
    EXPECT_FALSE(decode_database({{"db/compares-ops.toml", "driver = 3\n"}}));
    EXPECT_FALSE(decode_database({{"db/other.toml", ""}}));
}

}  // namespace
}  // namespace netpoll_shim
