// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "commands/db_build.hpp"
#include "commands/db_diff.hpp"
#include "commands/db_lint.hpp"
#include "database/embedded.hpp"
#include "database/lookup.hpp"
#include "support/stored_database.hpp"
#include "util/file.hpp"

namespace netpoll_shim {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

const DocumentHead head = {7, "2027-01-31"};

std::string good_document() {
    const auto database = test::good_database();
    return build_document(database.files(), head).value();
}

// The good document with something done to it.
std::string changed(const std::function<void(json&)>& change) {
    json document = json::parse(good_document());
    change(document);
    return document.dump() + "\n";
}

Result<Database> decode(const std::string& bytes) {
    auto document = Document::parse(bytes);
    return document ? decode_database(document->files("updated-7"))
                    : tl::unexpected<Error>(document.error());
}

TEST(Document, IsCanonical) {
    const std::string document = good_document();
    const json parsed = json::parse(document);
    EXPECT_EQ(document, parsed.dump() + "\n");  // sorted keys, no blanks
    EXPECT_EQ(std::count(document.begin(), document.end(), '\n'), 1);
    EXPECT_EQ(parsed["serial"], 7);
    EXPECT_EQ(parsed["expires"], "2027-01-31");
    EXPECT_EQ(parsed["schema"], 1);
    EXPECT_EQ(parsed["requires"], json::array());
}

TEST(Document, IsTheSameForTheSameContentInAnyOrderAndLayout) {
    const std::string kernel =
        "family = \"Own\"\npattern = '^(\\d+)$'\n[[range]]\nfrom = \"1\"\n"
        "demands_hook = \"unknown\"\nevidence = [\"r\\u00e9ad\", 'twice']\n";
    const std::string other_layout =
        "pattern = \"^(\\\\d+)$\" # the same\nfamily = 'Own'\nrange = [{evidence = "
        "[\"r\u00e9ad\",\n"
        "\"twice\"], demands_hook = 'unknown', from = '1'}]\n";
    const std::string none = "[[driver]]\ndriver = \"x\"\nevidence = [\"a\"]\n";
    const auto one =
        build_document({{"a/kernels/own.toml", kernel}, {"a/compares-ops.toml", none}}, head);
    const auto two =
        build_document({{"b/compares-ops.toml", none}, {"b/kernels/own.toml", other_layout}}, head);
    ASSERT_TRUE(one) << one.error().message;
    ASSERT_TRUE(two) << two.error().message;
    EXPECT_EQ(*one, *two);
    EXPECT_THAT(*one, HasSubstr("r\u00e9ad"));
}

TEST(Document, SaysWhatItWasBuiltFrom) {
    const test::TemporaryFolder folder;
    folder.write("db.json", build_document(embedded_database_files(), head).value());
    const auto diff = db_diff({folder.path("db.json"), std::nullopt}, embedded_database_files());
    ASSERT_TRUE(diff) << diff.error().message;
    EXPECT_THAT(diff->changes, testing::IsEmpty());
    EXPECT_TRUE(db_lint({{folder.path("db.json")}}, {})->problems.empty());
}

TEST(Document, NamesTheFileAndTheNumberOfTheRange) {
    auto document = Document::parse(build_document(embedded_database_files(), head).value());
    ASSERT_TRUE(document);
    const auto database = decode_database(document->files("updated-7"));
    ASSERT_TRUE(database) << database.error().message;
    const Driver* ena = find_driver(*database, "ena");
    ASSERT_NE(ena, nullptr);
    EXPECT_EQ(ena->source, "updated-7/drivers/ena.toml");
    ASSERT_GT(ena->ranges.size(), 1U);
    EXPECT_EQ(ena->ranges[1].source, "updated-7/drivers/ena.toml#2");
}

TEST(Document, IgnoresWhatLaterVersionsMayAdd) {
    const auto database = decode(changed([](json& document) {
        document["later"] = {{"nested", {1.5, nullptr, {{"deep", true}}}}};
        document["files"]["targets/hosts.toml"] = {{"anything", 18446744073709551615U}};
        for (auto& [name, file] : document["files"].items()) {
            file["later"] = nullptr;
            if (file.contains("range")) {
                file["range"][0]["later"] = {{"a", 1e300}};
            }
        }
    }));
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_FALSE(database->drivers.empty());
}

TEST(Document, ProblemsInItsFilesNameThem) {
    const auto database = decode(changed([](json& document) {
        document["files"]["drivers/nic.toml"] = {{"driver", "nic"}, {"builtin_mode", "no such"}};
    }));
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().exit_code, ExitCode::database_invalid);
    EXPECT_THAT(database.error().message, StartsWith("updated-7/drivers/nic.toml: "));
}

struct Bad {
    const char* name;
    std::function<std::string()> bytes;
    const char* message;
};

std::string with(const char* key, const json& value) {
    return changed([&](json& document) { document[key] = value; });
}

std::string with_file(const std::string& name) {
    return changed([&](json& document) { document["files"][name] = json::object(); });
}

// The value of a top-level key as text, which no JSON library would write.
std::string with_serial(const std::string& number) {
    std::string text = good_document();
    const std::string key = "\"serial\":7";
    return text.replace(text.find(key), key.size(), "\"serial\":" + number);
}

class BadDocument : public testing::TestWithParam<Bad> {};

TEST_P(BadDocument, IsRefused) {
    const auto database = decode(GetParam().bytes());
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().exit_code, ExitCode::database_invalid);
    EXPECT_THAT(database.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadDocument,
    testing::Values(
        Bad{"Empty", [] { return std::string(); }, "invalid"},
        Bad{"NoJson", [] { return std::string("driver = \"ena\"\n"); }, "invalid"},
        Bad{"AnArray", [] { return std::string("[]\n"); }, "invalid"},
        Bad{"Twice", [] { return good_document() + good_document(); }, "follows"},
        Bad{"TrailingBytes", [] { return good_document() + "x"; }, "invalid"},
        Bad{"CutOff", [] { return good_document().substr(0, 500); }, "invalid"},
        Bad{"BadUtf8", [] { return with_serial("7,\"x\":\"\xff\""); }, "invalid"},
        Bad{"Nul", [] { return with_serial(std::string("7\0", 2)); }, "invalid"},
        Bad{"SchemaOfLater", [] { return with("schema", 2); },
            "needs netpoll-shim in a newer version: it is written in schema 2"},
        Bad{"NoSchema", [] { return with("schema", nullptr); }, "schema"},
        Bad{"SchemaZero", [] { return with("schema", 0); }, "no schema"},
        Bad{"NeedsAFeature",
            [] {
                return with("requires", {{{"feature", "per-cpu modes"}, {"version", "0.7"}}});
            },
            "needs netpoll-shim 0.7 or newer: it uses per-cpu modes"},
        Bad{"NeedsAFeatureAndIsOtherwiseStrange",
            [] {
                return changed([](json& document) {
                    document["requires"] = {{{"feature", "x"}, {"version", "2.0"}}};
                    document["algorithm"] = "ecdsa-p256";
                });
            },
            "needs netpoll-shim 2.0 or newer"},
        Bad{"RequiresNoList", [] { return with("requires", "x"); }, "requires"},
        Bad{"OtherAlgorithm", [] { return with("algorithm", "none"); }, "algorithm"},
        Bad{"SerialZero", [] { return with("serial", 0); }, "serial"},
        Bad{"SerialNegative", [] { return with("serial", -1); }, "serial"},
        Bad{"SerialText", [] { return with("serial", "7"); }, "serial"},
        Bad{"SerialFraction", [] { return with("serial", 7.5); }, "serial"},
        Bad{"SerialAboveTheLimit", [] { return with("serial", 1'000'000'000'000); }, "serial"},
        Bad{"SerialOfSigned64", [] { return with_serial("9223372036854775807"); }, "serial"},
        Bad{"SerialOfUnsigned64", [] { return with_serial("18446744073709551615"); }, "serial"},
        Bad{"SerialBeyond64", [] { return with_serial("18446744073709551616"); }, "serial"},
        Bad{"SerialHuge", [] { return with_serial(std::string(5000, '9')); }, "serial"},
        Bad{"SerialExponent", [] { return with_serial("1e400"); }, "serial"},
        Bad{"SerialTwice", [] { return with_serial("7,\"serial\":8"); }, "there twice"},
        Bad{"ExpiresNever", [] { return with("expires", "never"); }, "expires"},
        Bad{"ExpiresOnNoDay", [] { return with("expires", "2027-02-30"); }, "expires"},
        Bad{"NoFiles", [] { return with("files", json::object()); }, "no kernel families"},
        Bad{"FilesNoObject", [] { return with("files", json::array()); }, "files"},
        Bad{"FileNoObject",
            [] { return changed([](json& document) { document["files"]["drivers/x.toml"] = 1; }); },
            "drivers/x.toml"},
        Bad{"FileTwice",
            [] {
                std::string text = good_document();
                const std::string key = "\"files\":{";
                return text.replace(text.find(key), key.size(),
                                    key + "\"kernels/a.toml\":{},\"kernels/a.toml\":{},");
            },
            "there twice"},
        Bad{"PathUpwards", [] { return with_file("drivers/../../etc/passwd.toml"); }, "no name"},
        Bad{"PathAbsolute", [] { return with_file("/etc/cron.d/x.toml"); }, "no name"},
        Bad{"PathEmpty", [] { return with_file(""); }, "no name"},
        Bad{"PathHidden", [] { return with_file("drivers/.toml"); }, "no name"},
        Bad{"PathOfAFolder", [] { return with_file("drivers/"); }, "no name"},
        Bad{"PathDoubleSlash", [] { return with_file("drivers//x.toml"); }, "no name"},
        Bad{"PathBackslash", [] { return with_file("drivers\\x.toml"); }, "no name"},
        Bad{"PathWithANul", [] { return with_file(std::string("drivers/x\0.toml", 15)); },
            "no name"},
        Bad{"PathWithANewline", [] { return with_file("drivers/x\n.toml"); }, "no name"},
        Bad{"PathTooLong", [] { return with_file("drivers/" + std::string(5000, 'x')); },
            "no name"},
        Bad{"DeepInAFile",
            [] {
                std::string text = good_document();
                const std::string key = "\"files\":{";
                return text.replace(text.find(key), key.size(),
                                    key + "\"kernels/a.toml\":{\"x\":" + std::string(5000, '[') +
                                        std::string(5000, ']') + "},");
            },
            "kernels/a.toml"},
        Bad{"UnclosedBrackets", [] { return std::string(1 << 20, '['); }, "invalid"},
        Bad{"UnclosedObjects",
            [] {
                std::string text;
                for (int i = 0; i < 100'000; i++) {
                    text += "{\"files\":";
                }
                return text;
            },
            "invalid"},
        Bad{"Zeros", [] { return std::string(1 << 20, '\0'); }, "invalid"},
        Bad{"TooLarge", [] { return good_document() + std::string(max_document_size, ' '); },
            "larger than 16 MiB"}),
    [](const auto& info) { return info.param.name; });

TEST(Document, KnowsDays) {
    for (const char* day : {"2026-11-26", "2028-02-29", "9999-12-31", "0001-01-01"}) {
        EXPECT_TRUE(is_date(day)) << day;
    }
    for (const char* text : {"", "2026-11-2", "2026-11-266", "2026-13-01", "2026-00-10",
                             "2027-02-29", "2026/11/26", "+026-11-26", "2026-11-31"}) {
        EXPECT_FALSE(is_date(text)) << text;
    }
    EXPECT_TRUE(is_date(today()));
}

class DbBuild : public testing::Test {
  protected:
    DbBuildOptions options(const std::string& from) const {
        DbBuildOptions options;
        options.from = folder_.path(from);
        options.expires = "2027-01-31";
        return options;
    }

    void write_database() const {
        folder_.write("db/kernels/own.toml",
                      "family = \"Own\"\npattern = '^(\\d+)$'\n[[range]]\nfrom = \"1\"\n"
                      "demands_hook = true\nevidence = [\"read\"]\n");
    }

    test::TemporaryFolder folder_;
};

TEST_F(DbBuild, TakesTheSerialOfTheFolderOrTheOneThatIsGiven) {
    write_database();
    folder_.write("db/SERIAL", "42\n");
    EXPECT_EQ(db_build(options("db"), {})->head.serial, 42U);
    DbBuildOptions given = options("db");
    given.serial = 43;
    given.output = folder_.path("out.json");
    const auto report = db_build(given, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(read_file(folder_.path("out.json"), 1 << 20).value(), report->document);
    EXPECT_EQ(json::parse(report->document)["serial"], 43);
    DbBuildOptions embedded;
    embedded.expires = "2027-01-31";
    EXPECT_EQ(db_build(embedded, embedded_database_files())->head.serial,
              embedded_database_serial());
}

TEST_F(DbBuild, RefusesWhatIsNoSerialNoDayAndNoWholeDatabase) {
    write_database();
    EXPECT_EQ(db_build(options("db"), {}).error().exit_code, ExitCode::usage);  // no SERIAL
    folder_.write("db/SERIAL", "0\n");
    EXPECT_EQ(db_build(options("db"), {}).error().exit_code, ExitCode::usage);
    folder_.write("db/SERIAL", "1\n");
    DbBuildOptions no_day = options("db");
    no_day.expires = "tomorrow";
    EXPECT_EQ(db_build(no_day, {}).error().exit_code, ExitCode::usage);
    folder_.write("part/drivers/x.toml", "");
    folder_.write("part/SERIAL", "1\n");
    EXPECT_EQ(db_build(options("part"), {}).error().exit_code, ExitCode::usage);
    folder_.write("db/kernels/bad.toml", "family =\n");
    EXPECT_EQ(db_build(options("db"), {}).error().exit_code, ExitCode::database_invalid);
}

}  // namespace
}  // namespace netpoll_shim
