// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Output run(test::FakeKernel& kernel, const std::vector<std::string>& arguments) {
    return run_cli(arguments, kernel.context_maker());
}

Output run(const std::vector<std::string>& arguments) {
    test::FakeKernel kernel;
    return run(kernel, arguments);
}

struct Misuse {
    const char* name;
    std::vector<std::string> arguments;
    const char* named;  // what the message must name
};

class Usage : public testing::TestWithParam<Misuse> {};

TEST_P(Usage, ErrorsExitWith2AndNameTheArgument) {
    const Output output = run(GetParam().arguments);
    EXPECT_EQ(output.exit_code, 2);
    EXPECT_THAT(output.err, StartsWith("netpoll-shim: "));
    EXPECT_THAT(output.err, HasSubstr(GetParam().named));
    EXPECT_THAT(output.err, HasSubstr("\nhint: netpoll-shim --help\n"));
    EXPECT_THAT(output.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, Usage,
    testing::Values(Misuse{"NoCommand", {}, "a command is missing"},
                    Misuse{"UnknownFlag", {"--bogus"}, "--bogus"},
                    Misuse{"UnknownCommand", {"bogus"}, "bogus"},
                    Misuse{"UnknownFlagOfACommand", {"check", "--bogus"}, "--bogus"},
                    Misuse{"MissingValue", {"load", "--module"}, "--module"},
                    Misuse{"TooManyArguments", {"status", "eth0"}, "eth0"},
                    Misuse{"FlagOfAnotherCommand", {"status", "--force"}, "--force"},
                    Misuse{"TwoCommands", {"unload", "status"}, "status"},
                    Misuse{"ValueForAFlag", {"load", "--force=maybe"}, "force"},
                    Misuse{"BuildWithoutExpiry", {"db", "build"}, "--expires"},
                    Misuse{"SignWithoutAKey", {"db", "sign", "db.json"}, "--key"},
                    Misuse{"NoTimeAtAll", {"db", "update", "--timeout", "0"}, "--timeout"},
                    Misuse{"TwoDatabases", {"db", "list", "--shipped", "--from", "x"}, "--from"}),
    [](const auto& info) { return info.param.name; });

TEST(Cli, PrintsHelpAndVersion) {
    const Output help = run({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.err, IsEmpty());
    for (const char* part :
         {"check", "load", "unload", "status", "db", "Exit codes:", "0  done", "1  failed",
          "2  usage", "3  incompatible", "4  unknown", "5  the database", "6  root", "Examples:"}) {
        EXPECT_THAT(help.out, HasSubstr(part));
    }
    const Output load_help = run({"load", "--help"});
    EXPECT_EQ(load_help.exit_code, 0);
    EXPECT_THAT(load_help.out, HasSubstr("--module"));
    EXPECT_THAT(run({"--version"}).out, testing::MatchesRegex("netpoll-shim [0-9.]+\n"));
}

TEST(Cli, ReportsErrorsAsJsonToo) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"check", "--json", "--bogus"},
          std::vector<std::string>{"check", "-j", "nope0"}}) {
        const Output output = run(arguments);
        const auto json = nlohmann::json::parse(output.out);
        EXPECT_EQ(json["schema"], 1);
        EXPECT_EQ(json["error"]["exit_code"], output.exit_code);
        EXPECT_NE(json["error"]["message"], "");
        EXPECT_NE(json["error"]["hint"], "");
        EXPECT_THAT(output.err, StartsWith("netpoll-shim: "));
    }
}

TEST(Cli, NamesAMissingInterface) {
    const Output output = run({"check", "nope0"});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("nope0: no such network interface"));
    EXPECT_EQ(run({"check", "../net"}).exit_code, 1);
}

TEST(Cli, ChecksWithTheExitCodesOfTheVerdicts) {
    test::FakeKernel kernel;
    EXPECT_EQ(run(kernel, {"check"}).exit_code, 4);
    EXPECT_THAT(run(kernel, {"check"}).out, HasSubstr("no network device with a bus driver"));

    kernel.host.write("sys/class/net/lo/flags", "0x9\n");
    EXPECT_EQ(run(kernel, {"check", "lo"}).exit_code, 4);

    kernel.host.add_device("eth0", "nic_a");
    kernel.host.set_module("nic_a", "2.0", "O");
    EXPECT_EQ(run(kernel, {"check"}).exit_code, 3);
    // lo is judged only where it is named
    EXPECT_THAT(run(kernel, {"check"}).out, Not(HasSubstr("\nlo ")));
    EXPECT_THAT(run(kernel, {"check", "eth0", "lo"}).out, HasSubstr("\nlo "));

    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    EXPECT_EQ(run(kernel, {"check"}).exit_code, 0);
}

TEST(Cli, AsksForGuardWhereNetpollWorksByItself) {
    test::FakeKernel kernel;
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    kernel.host.add_device("eth0", "nic_c");
    kernel.host.set_module("nic_c", "2.0", "O");
    kernel.host.install_module("netpoll_shim", test::shim_modinfo(test::legacy_vermagic));
    kernel.serves = {{"eth0", "guard"}};
    EXPECT_EQ(run(kernel, {"check"}).exit_code, 3);
    EXPECT_EQ(run(kernel, {"load"}).exit_code, 0);
    EXPECT_EQ(run(kernel, {"check"}).exit_code, 0);
    EXPECT_THAT(run(kernel, {"status"}).out, HasSubstr("guard"));
    EXPECT_EQ(run(kernel, {"unload"}).exit_code, 0);
    EXPECT_EQ(run(kernel, {"check"}).exit_code, 3);
}

TEST(Cli, PassesTheOptionsOfLoadOn) {
    test::FakeKernel kernel;
    kernel.host.add_device("eth0", "nic_new");
    kernel.serves = {{"eth0", "attach"}};
    const std::string file = kernel.host.path("shim.ko").string();
    test::write_fake_module(file, test::shim_modinfo(test::legacy_vermagic));
    const Output output = run(kernel, {"load", "--module", file, "--force"});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(kernel.calls, testing::ElementsAre("insert " + file + " policy=nic_new=attach"));
    EXPECT_EQ(run(kernel, {"status"}).exit_code, 0);
    EXPECT_EQ(run(kernel, {"unload"}).exit_code, 0);
    EXPECT_EQ(run(kernel, {"status"}).exit_code, 3);
    EXPECT_EQ(run(kernel, {"load"}).exit_code, 4);
}

TEST(Cli, ExitsWith6WithoutRoot) {
    test::FakeKernel kernel;
    kernel.host.is_root = false;
    EXPECT_EQ(run(kernel, {"load"}).exit_code, 6);
    EXPECT_EQ(run(kernel, {"unload"}).exit_code, 6);
    EXPECT_EQ(run(kernel, {"status"}).exit_code, 3);
}

TEST(Cli, ExitsWith5WhereTheDatabaseIsInvalid) {
    const ContextMaker broken = [](const DatabaseRequest& /*request*/) -> Result<Context> {
        return failure("bad", "", ExitCode::database_invalid);
    };
    EXPECT_EQ(run_cli({"check"}, broken).exit_code, 5);
    EXPECT_EQ(run_cli({"--help"}, broken).exit_code, 0);
    EXPECT_EQ(run_cli({"--bogus"}, broken).exit_code, 2);
}

TEST(Cli, AsksForTheDatabaseThatACommandNeeds) {
    std::vector<std::pair<DatabaseScope, std::string>> asked;
    const ContextMaker make = [&](const DatabaseRequest& request) -> Result<Context> {
        asked.emplace_back(request.scope, request.root);
        return request.scope == DatabaseScope::none ? Result<Context>(test::FakeKernel().context())
                                                    : failure("not needed");
    };
    run_cli({"check"}, make);
    run_cli({"check", "--inventory", "-"}, make);
    run_cli({"check", "--root", "/mnt"}, make);
    run_cli({"bake", "--root", "/mnt"}, make);
    run_cli({"status"}, make);
    run_cli({"unload"}, make);
    run_cli({"--help"}, make);
    using testing::Pair;
    EXPECT_THAT(asked, testing::ElementsAre(
                           Pair(DatabaseScope::this_host, "/"), Pair(DatabaseScope::all, "/"),
                           Pair(DatabaseScope::all, "/mnt"), Pair(DatabaseScope::none, "/"),
                           Pair(DatabaseScope::none, "/"), Pair(DatabaseScope::this_host, "/"),
                           Pair(DatabaseScope::none, "/")));
}

const std::string good_database = std::string(SOURCE_DIR) + "/tests/db/good";

class DbUsage : public testing::TestWithParam<Misuse> {};

TEST_P(DbUsage, ErrorsExitWith2AndNameTheArgument) {
    const Output output = run(GetParam().arguments);
    EXPECT_EQ(output.exit_code, 2);
    EXPECT_THAT(output.err, HasSubstr(GetParam().named));
    EXPECT_THAT(output.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, DbUsage,
    testing::Values(
        Misuse{"NoCommand", {"db"}, "db: a command is missing"},
        Misuse{"UnknownCommand", {"db", "bogus"}, "bogus"},
        Misuse{"TwoCommands", {"db", "list", "diff", "x"}, "only one command"},
        Misuse{"NoName", {"db", "show"}, "NAME"},
        Misuse{"NoDatabase", {"db", "diff"}, "A is required"},
        Misuse{"BothOrigins",
               {"db", "show", "nic", "--kernel", "5", "--in-tree", "--out-of-tree"},
               "excludes"},
        Misuse{"InTreeOfNoKernel", {"db", "show", "nic", "--in-tree"}, "--kernel"},
        Misuse{"DistributionOfNoKernel", {"db", "show", "nic", "--distribution", "x"}, "--kernel"},
        Misuse{"UnknownFormat", {"db", "list", "--format", "pdf"}, "pdf"}),
    [](const auto& info) { return info.param.name; });

TEST(CliDb, LintsWithAnExitCodeAndASummary) {
    const Output good = run({"db", "lint", good_database});
    EXPECT_EQ(good.exit_code, 0);
    EXPECT_EQ(good.out + good.err, "");
    EXPECT_EQ(run({"db", "lint"}).exit_code, 0);

    const std::string path = good_database + "/../bad/drivers/unknown-key.toml";
    const Output bad = run({"db", "lint", path});
    EXPECT_EQ(bad.exit_code, 5);
    EXPECT_THAT(bad.out, HasSubstr(path + ":3:9: modul: unknown key\n"));
    EXPECT_THAT(bad.err, StartsWith("netpoll-shim: 2 problems in the database\nhint: "));

    const auto json = nlohmann::json::parse(run({"db", "lint", "--json", path}).out);
    EXPECT_EQ(json["schema"], 1);
    EXPECT_EQ(json["files"], 1);
    EXPECT_EQ(json["exit_code"], 5);
    EXPECT_EQ(json["problems"][0]["line"], 3);
    EXPECT_EQ(json["problems"][0]["column"], 9);
    EXPECT_EQ(json["problems"][0]["path"], path);

    EXPECT_EQ(run({"db", "lint", "/nonexistent"}).exit_code, 1);
}

TEST(CliDb, ShowsAndListsTheDatabaseThatIsNamed) {
    EXPECT_THAT(run({"db", "list", "--drivers", "--from", good_database}).out, HasSubstr("\nnic "));
    EXPECT_THAT(run({"db", "list"}).out, HasSubstr("\nena "));
    EXPECT_THAT(run({"db", "show", "nic", "--from", good_database}).out,
                StartsWith("driver nic, "));
    EXPECT_THAT(run({"db", "show", "nic", "--from", good_database, "--driver-version", "2.0",
                     "--out-of-tree"})
                    .out,
                HasSubstr("out-of-tree from 2.0"));
    EXPECT_EQ(
        run({"db", "show", "nic", "--from", good_database, "--driver-version", "0.1"}).exit_code,
        4);
    const Output unknown = run({"db", "show", "nick", "--from", good_database, "--json"});
    EXPECT_EQ(unknown.exit_code, 4);
    EXPECT_EQ(nlohmann::json::parse(unknown.out)["error"]["exit_code"], 4);
    EXPECT_THAT(run({"db", "list", "--format", "markdown"}).out, StartsWith("# The database\n"));
}

TEST(CliDb, ComparesDatabases) {
    EXPECT_EQ(run({"db", "diff", good_database, good_database}).exit_code, 0);
    const Output different = run({"db", "diff", good_database});
    EXPECT_EQ(different.exit_code, 3);
    EXPECT_THAT(different.out, HasSubstr("+ driver ena\n"));
    EXPECT_THAT(different.out, HasSubstr("- driver nic\n"));
}

// What is wrong with the embedded database must not keep anybody from looking at one.
TEST(CliDb, NeedsNoContext) {
    const ContextMaker broken = [](const DatabaseRequest&) -> Result<Context> {
        return failure("bad", "", ExitCode::database_invalid);
    };
    EXPECT_EQ(run_cli({"db", "lint", good_database}, broken).exit_code, 0);
    EXPECT_EQ(run_cli({"db", "list", "--from", good_database}, broken).exit_code, 0);
}

}  // namespace
}  // namespace netpoll_shim
