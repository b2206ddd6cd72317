// SPDX-License-Identifier: GPL-2.0-or-later
//
// shim/tables.awk: drivers-db/ -> the module's tables.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "database/database.hpp"
#include "support/databases.hpp"
#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

struct AwkOutput {
    int status = 0;
    std::string out;
    std::string err;
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

struct Awk {
    const char* name;
    const char* command;
};

class TablesAwk : public testing::TestWithParam<Awk> {
  protected:
    // Runs it on files that the shell finds from `folder`.
    AwkOutput run(const std::string& folder, const std::string& files) const {
        const std::string command =
            fmt::format("cd '{}' && LC_ALL=C {} -f '{}/shim/tables.awk' {} >'{}/out' 2>'{}/err'",
                        folder, GetParam().command, SOURCE_DIR, files, directory_.path().string(),
                        directory_.path().string());
        const int status = std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe)
        return {WEXITSTATUS(status), text_of(directory_.path() / "out"),
                text_of(directory_.path() / "err")};
    }

    // Runs it on made-up files, in the order of their names.
    AwkOutput run(const std::map<std::string, std::string>& files) const {
        std::string names;
        for (const auto& [name, text] : files) {
            const auto path = directory_.path() / name;
            std::filesystem::create_directories(path.parent_path());
            std::ofstream(path) << text;
            names += " " + name;
        }
        return run(directory_.path().string(), names);
    }

    AwkOutput run_driver(const std::string& text) const {
        return run({{"db/drivers/nic.toml", text}, {"db/x-compares.toml", comparers}});
    }

    static constexpr auto comparers = "[[driver]]\ndriver = \"cmp\"\nevidence = [\"e\"]\n";

  private:
    test::TempDirectory directory_;
};

INSTANTIATE_TEST_SUITE_P(Each, TablesAwk,
                         testing::Values(Awk{"host", AWK}, Awk{"busybox", BUSYBOX " awk"}),
                         [](const auto& info) { return info.param.name; });

constexpr auto good_driver = R"(# a comment
driver = "nic"
builtin_mode = "guard"

[[range]]
origin = "out-of-tree"
from = "1.0"
before = "2.0"
hook = true
class = "C"
note = "class = \"A\" would be wrong"
evidence = ["[[range]] from = 3"]

[[range]]
class = "A"
from = "2.0.10"
origin = "out-of-tree"
)";

TEST_P(TablesAwk, MakesRowsInTheOrderOfTheFile) {
    const AwkOutput result = run_driver(good_driver);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, HasSubstr("#define SHIM_BUILTIN_POLICY \\\n"
                                      "\t{ \"nic\", \"1.0\", \"2.0\", SHIM_MODE_GUARD }, \\\n"
                                      "\t{ \"nic\", \"2.0.10\", NULL, SHIM_MODE_DRAIN }, \\\n"
                                      "\t{ \"nic\", NULL, NULL, SHIM_MODE_GUARD }\n"));
    EXPECT_THAT(result.out, HasSubstr("#define SHIM_OPS_COMPARERS \\\n"
                                      "\t\"cmp\", \\\n"
                                      "\tNULL\n"));
}

std::string driver(const std::string& name, const std::string& mode, const std::string& ranges) {
    return fmt::format("driver = \"{}\"\nbuiltin_mode = \"{}\"\n{}", name, mode, ranges);
}

std::string range(const std::string& origin, const std::string& driver_class) {
    return fmt::format("[[range]]\norigin = \"{}\"\nfrom = \"1.0\"\nclass = \"{}\"\n", origin,
                       driver_class);
}

TEST_P(TablesAwk, MakesRowsOfOutOfTreeRangesOfClassAAndCAlone) {
    const std::string others = range("in-tree", "A") + range("distribution", "C") +
                               range("out-of-tree", "B") + range("out-of-tree", "unknown");
    const AwkOutput result =
        run({{"db/drivers/a.toml", driver("a", "attach", others + range("out-of-tree", "A"))},
             {"db/drivers/b.toml", driver("b", "drain", others)},
             {"db/drivers/c.toml", driver("c", "none", others + range("out-of-tree", "C"))},
             {"db/drivers/d.toml", driver("d", "guard", range("in-tree", "C"))},
             {"db/x-compares.toml", comparers}});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("#define SHIM_BUILTIN_POLICY \\\n"
                                      "\t{ \"a\", \"1.0\", NULL, SHIM_MODE_DRAIN }, \\\n"
                                      "\t{ \"a\", NULL, NULL, SHIM_MODE_ATTACH }, \\\n"
                                      "\t{ \"b\", NULL, NULL, SHIM_MODE_DRAIN }, \\\n"
                                      "\t{ \"d\", NULL, NULL, SHIM_MODE_GUARD }\n"
                                      "#define"));
}

// They get no row, so the module need not be able to compare their versions.
TEST_P(TablesAwk, TakesEveryVersionOfRangesThatAreNotOutOfTree) {
    const std::string family =
        "[[range]]\norigin = \"in-tree\"\nfamily = \"Ubuntu aws\"\nfrom = \"4.4.0-1072\"\n"
        "before = \"4.4.0-1073\"\nclass = \"A\"\n";
    const AwkOutput result = run_driver(driver("nic", "drain", family));
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("#define SHIM_BUILTIN_POLICY \\\n"
                                      "\t{ \"nic\", NULL, NULL, SHIM_MODE_DRAIN }\n"));
}

// A good driver with one line replaced, and the complaint.
struct Slip {
    const char* name;
    const char* line;
    const char* replacement;
    const char* complaint;
};

const std::vector<Slip>& slips() {
    static const std::vector<Slip> all = {
        {"ModeUnknown", "builtin_mode = \"guard\"", "builtin_mode = \"park\"",
         "3: no such mode: park"},
        {"ModeWithoutQuotes", "builtin_mode = \"guard\"", "builtin_mode = guard",
         "3: expected KEY"},
        {"ModeMissing", "builtin_mode = \"guard\"", "", "17: the file lacks driver or"},
        {"DriverMissing", "driver = \"nic\"", "", "17: the file lacks driver or"},
        {"OriginUnknown", "origin = \"out-of-tree\"", "origin = \"oot\"", "6: no such origin: oot"},
        {"OriginMissing", "origin = \"out-of-tree\"", "", "5: a range needs origin, from and"},
        {"FromWithoutQuotes", "from = \"1.0\"", "from = 1.0", "7: expected KEY = \"VALUE\": from"},
        {"FromMissing", "from = \"1.0\"", "", "5: a range needs origin, from and class"},
        {"FromOfTheLastMissing", "from = \"2.0.10\"", "", "14: a range needs origin, from and"},
        {"FromNoNumber", "from = \"1.0\"", "from = \"1.0K\"", "7: expected up to three numbers"},
        {"FromOfFourNumbers", "from = \"1.0\"", "from = \"1.0.0.1\"", "7: expected up to three"},
        {"BeforeNoNumber", "before = \"2.0\"", "before = \"next\"", "8: expected up to three"},
        {"ClassUnknown", "class = \"C\"", "class = \"D\"", "10: no such class: D"},
        {"ClassMissing", "class = \"C\"", "", "5: a range needs origin, from and class"},
        {"ClassOfTheLastMissing", "class = \"A\"", "", "14: a range needs origin, from and"},
        // what TOML allows and the script would overlook
        {"BeforeWithoutSpaces", "before = \"2.0\"", "before=\"2.0\"", "8: expected KEY"},
        {"BeforeIndented", "before = \"2.0\"", "  before = \"2.0\"", "8: expected KEY"},
        {"BeforeCommented", "before = \"2.0\"", "before = \"2.0\" # end", "8: expected KEY"},
        {"BeforeQuoted", "before = \"2.0\"", R"("before" = "2.0")", "8: expected KEY"},
        {"BeforeInSingleQuotes", "before = \"2.0\"", "before = '2.0'", "8: expected KEY"},
        {"RangeSpaced", "[[range]]", "[[ range ]]", "5: expected [[range]]"},
        {"RangeIndented", "[[range]]", " [[range]]", "5: expected [[range]]"},
        {"RangeInline", "# a comment", "range = [{from = \"1\"}]", "1: expected [[range]]"},
        {"RangeWithoutHeader", "[[range]]", "", "6: origin outside of a range"},
        {"ModeInARange", "hook = true", "builtin_mode = \"none\"", "9: builtin_mode within a"},
    };
    return all;
}

TEST_P(TablesAwk, RefusesEverySlipAtItsPlace) {
    for (const Slip& slip : slips()) {
        std::string text = good_driver;
        const std::string line = std::string(slip.line) + "\n";
        const auto at = text.find(line);
        ASSERT_NE(at, std::string::npos) << slip.name;
        text.replace(at, line.size(), std::string(slip.replacement) + "\n");
        // the fault is found at the end of the file, whether another one follows or not
        for (const bool is_last : {true, false}) {
            const AwkOutput result = run(
                {{is_last ? "db/a.toml" : "db/z.toml", comparers}, {"db/drivers/nic.toml", text}});
            EXPECT_EQ(result.status, 1) << slip.name;
            EXPECT_THAT(result.err,
                        testing::StartsWith(std::string("db/drivers/nic.toml:") + slip.complaint))
                << slip.name;
            EXPECT_EQ(result.out, "") << slip.name;
        }
    }
}

TEST_P(TablesAwk, RefusesBadComparersAndEmptyTables) {
    const std::string good = driver("nic", "drain", "");
    AwkOutput result = run({{"db/drivers/nic.toml", good}, {"db/x.toml", "\ndriver = cmp\n"}});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, testing::StartsWith("db/x.toml:2: expected KEY = \"VALUE\""));
    result = run({{"db/drivers/nic.toml", good}});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("no drivers found"));
    result = run({{"db/drivers/nic.toml", driver("nic", "none", "")}, {"db/x.toml", comparers}});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("no drivers found"));
    EXPECT_EQ(result.out, "");
}

std::string expected_row(const Driver& driver, const DriverRange* range, Mode mode) {
    const auto quoted = [](const Version* version) {
        return version != nullptr ? fmt::format("\"{}\"", version->text()) : "NULL";
    };
    const Version* before =
        range != nullptr && range->versions.before ? &*range->versions.before : nullptr;
    const char* word = mode == Mode::guard ? "GUARD" : mode == Mode::drain ? "DRAIN" : "ATTACH";
    return fmt::format("\t{{ \"{}\", {}, {}, SHIM_MODE_{} }}", driver.name,
                       quoted(range != nullptr ? &range->versions.from : nullptr), quoted(before),
                       word);
}

// What the command reads with a real TOML parser, the module must have read too.
TEST_P(TablesAwk, AgreesWithTheCommandOnDriversDb) {
    const Database database = test::embedded_database();
    std::string policy;
    for (const Driver& driver : database.drivers) {
        if (!driver.builtin_mode) {
            continue;
        }
        for (const DriverRange& range : driver.ranges) {
            const bool is_a = range.driver_class == DriverClass::a;
            if (range.origin == Origin::out_of_tree &&
                (is_a || range.driver_class == DriverClass::c)) {
                policy += expected_row(driver, &range, is_a ? Mode::drain : Mode::guard) + ", \\\n";
            }
        }
        policy += expected_row(driver, nullptr, *driver.builtin_mode) + ", \\\n";
    }
    ASSERT_GE(policy.size(), 4U);
    policy.replace(policy.size() - 4, 4, "\n");
    std::string comparers;
    for (const OpsComparer& comparer : database.ops_comparers) {
        comparers += fmt::format("\t\"{}\", \\\n", comparer.driver);
    }
    const AwkOutput result =
        run(SOURCE_DIR, "drivers-db/drivers/*.toml drivers-db/compares-ops.toml");
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("#define SHIM_BUILTIN_POLICY \\\n" + policy +
                                      "#define SHIM_OPS_COMPARERS \\\n" + comparers + "\tNULL\n"));
}

}  // namespace
}  // namespace netpoll_shim
