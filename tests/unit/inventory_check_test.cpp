// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/check_inventory.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "cli.hpp"
#include "render/fleet.hpp"
#include "support/fake_kernel.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;

// A file in memory as one of the streams.
class MemoryFile {
  public:
    explicit MemoryFile(const std::string& text = "") : fd_(memfd_create("stream", MFD_CLOEXEC)) {
        EXPECT_EQ(write(fd_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
        EXPECT_EQ(lseek(fd_.get(), 0, SEEK_SET), 0);
    }
    int fd() const { return fd_.get(); }
    std::string text() const {
        std::string text(static_cast<std::size_t>(lseek(fd_.get(), 0, SEEK_END)), '\0');
        EXPECT_EQ(pread(fd_.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        return text;
    }

  private:
    UniqueFd fd_;
};

struct Checked {
    Result<Fleet> fleet;
    std::string out;
    std::string err;
};

Checked check(const std::string& input, InventoryOptions options = {}) {
    const MemoryFile in(input);
    const MemoryFile out;
    const MemoryFile err;
    options.file = "-";
    options.wishes.json_lines = true;
    auto fleet = check_inventory(options, test::sample_database(), {in.fd(), out.fd(), err.fd()});
    return {std::move(fleet), out.text(), err.text()};
}

std::vector<Json> lines_of(const std::string& text) {
    std::vector<Json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(Json::parse(line));
    }
    return lines;
}

std::string host(const std::string& name, const std::string& driver = "nic_a",
                 const std::string& version = "2.0") {
    return R"({"host":")" + name + R"(","kernel_release":"4.4.121","driver":")" + driver +
           R"(","driver_version":")" + version + "\",\"in_tree\":false}";
}

TEST(CheckInventory, ALineIsTheVerdictOfItsHost) {
    const Checked checked = check(host("web-1", "nic_c") + "\n");
    ASSERT_TRUE(checked.fleet);
    ASSERT_THAT(checked.out, StartsWith(R"({"host":"web-1","interface":null,"kernel_release":)"));
    const Json line = Json::parse(checked.out);
    EXPECT_EQ(line["kernel_release"], "4.4.121");
    EXPECT_EQ(line["driver"], "nic_c");
    EXPECT_EQ(line["driver_version"], "2.0");
    EXPECT_EQ(line["verdict"], "shim");
    EXPECT_EQ(line["mode"], "guard");
    EXPECT_EQ(line["state"], "not-served");
    EXPECT_EQ(line["rests_on"], "database");
    EXPECT_EQ(line["can_hang"], false);
    EXPECT_THAT(line["reasons"].dump(), HasSubstr("nic_c 2.0 is out of tree"));
    EXPECT_EQ(line["contradictions"], Json::array());
    EXPECT_THAT(line["remedies"], ElementsAre("netpoll-shim load on the host"));
    EXPECT_THAT(line["alternatives"].dump(), HasSubstr("upgrade nic_c to 3.0 or newer"));
}

TEST(CheckInventory, HostsAndInterfacesAreEchoed) {
    const Checked checked = check(
        R"({"host":"<script>\"\\\u0001\u00e9","interface":"e\"0","kernel_release":"4","driver":"d"})"
        "\n"
        R"({"kernel_release":"4","driver":"d"})");
    const auto lines = lines_of(checked.out);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0]["host"], "<script>\"\\\x01\u00e9");
    EXPECT_EQ(lines[0]["interface"], "e\"0");
    EXPECT_EQ(lines[1]["host"], nullptr);
    EXPECT_EQ(lines[1]["interface"], nullptr);
}

TEST(CheckInventory, LinesMayEndInCrLfAndBeEmptyAndLackTheLastNewline) {
    const Checked checked = check("\xEF\xBB\xBF" + host("a") + "\r\n\r\n  \t\n\n" + host("b"));
    ASSERT_TRUE(checked.fleet);
    EXPECT_EQ(checked.fleet->hosts(), 2U);
    EXPECT_EQ(checked.fleet->bad_lines(), 0U);
    EXPECT_THAT(checked.err, IsEmpty());
    EXPECT_EQ(lines_of(checked.out).size(), 2U);
}

TEST(CheckInventory, ABadLineIsReportedInItsPlaceAndTheRestIsJudged) {
    const Checked checked = check(host("a") + "\n\nbogus\n" + host("b") + "\n{}\n");
    ASSERT_TRUE(checked.fleet);
    EXPECT_EQ(checked.fleet->hosts(), 2U);
    EXPECT_EQ(checked.fleet->bad_lines(), 2U);
    EXPECT_EQ(checked.fleet->exit_code(), ExitCode::failed);
    const auto lines = lines_of(checked.out);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0]["host"], "a");
    EXPECT_EQ(lines[1]["line"], 3);
    EXPECT_THAT(lines[1]["error"].get<std::string>(), HasSubstr("not valid JSON"));
    EXPECT_EQ(lines[2]["host"], "b");
    EXPECT_EQ(lines[3], Json({{"line", 5}, {"error", "kernel_release is missing"}}));
    EXPECT_THAT(checked.err, StartsWith("inventory line 3: not valid JSON"));
    EXPECT_THAT(checked.err, HasSubstr("\ninventory line 5: kernel_release is missing\n"));
}

TEST(CheckInventory, OnlyTheFirstBadLinesArePrinted) {
    std::string input;
    for (int i = 0; i < 100; i++) {
        input += "bogus\n";
    }
    InventoryOptions options;
    options.block_size = 64;
    options.threads = 4;
    const Checked checked = check(input, options);
    EXPECT_EQ(checked.fleet->bad_lines(), 100U);
    EXPECT_EQ(lines_of(checked.out).size(), 100U);
    EXPECT_EQ(std::count(checked.err.begin(), checked.err.end(), '\n'), 20);
    EXPECT_THAT(checked.err, HasSubstr("inventory line 20:"));
}

TEST(CheckInventory, ALineAboveTheLimitIsABadLine) {
    InventoryOptions options;
    options.line_limit = 200;
    const std::string longest = host(std::string(300, 'x'));
    for (const std::size_t block_size : {std::size_t{50}, std::size_t{100000}}) {
        options.block_size = block_size;
        const Checked checked =
            check(host("a") + "\n" + longest + "\n" + host("b") + "\n" + longest, options);
        const auto lines = lines_of(checked.out);
        ASSERT_EQ(lines.size(), 4U) << block_size;
        EXPECT_EQ(lines[0]["host"], "a");
        EXPECT_EQ(lines[1], Json({{"line", 2}, {"error", "has more than 200 bytes"}}));
        EXPECT_EQ(lines[2]["host"], "b");
        EXPECT_EQ(lines[3]["line"], 4);
    }
}

TEST(CheckInventory, TheOrderIsThatOfTheInput) {
    std::string input;
    for (int i = 0; i < 5000; i++) {
        input += i % 7 == 3 ? "bogus\n" : host("h" + std::to_string(i)) + "\n";
    }
    const std::string expected = [&] {
        InventoryOptions options;
        options.threads = 1;
        return check(input, options).out;
    }();
    const auto lines = lines_of(expected);
    ASSERT_EQ(lines.size(), 5000U);
    for (std::size_t i = 0; i < lines.size(); i++) {
        if (i % 7 == 3) {
            ASSERT_EQ(lines[i]["line"], i + 1);
        } else {
            ASSERT_EQ(lines[i]["host"], "h" + std::to_string(i));
        }
    }
    for (const std::size_t block_size : {1U, 97U, 1000U, 65536U}) {
        for (const unsigned threads : {1U, 2U, 7U}) {
            InventoryOptions options;
            options.block_size = block_size;
            options.threads = threads;
            EXPECT_EQ(check(input, options).out, expected) << block_size << " " << threads;
        }
    }
}

TEST(CheckInventory, AFullCacheChangesNothing) {
    std::string input;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            input += host("h", "nic_a", std::to_string(i) + ".0") + "\n";
        }
    }
    InventoryOptions options;
    const Checked cached = check(input, options);
    for (const std::size_t cache_size : {std::size_t{0}, std::size_t{20000}}) {
        options.cache_size = cache_size;
        const Checked checked = check(input, options);
        EXPECT_EQ(checked.out, cached.out);
        EXPECT_EQ(checked.fleet->groups().size(), cached.fleet->groups().size());
        EXPECT_EQ(render_text(*checked.fleet), render_text(*cached.fleet));
    }
}

// Each field that a verdict can depend on: hosts that differ in it alone must not share one.
TEST(CheckInventory, TheCacheTellsFactsApart) {
    const std::string base = R"({"kernel_release":"4.4.121","driver":"nic_a")";
    std::string input;
    std::string alone;
    for (const char* fields :
         {"", R"(,"driver_version":"1.0")", R"(,"in_tree":true)", R"(,"in_tree":false)",
          R"(,"driver_version":"1.0","in_tree":false)", R"(,"netpoll":false)",
          R"(,"netpoll_poll_dev_exported":true)", R"(,"netpoll_poll_dev_exported":false)",
          R"(,"live_hook":true)", R"(,"live_hook":false)", R"(,"disable_netpoll":true)",
          R"(,"object_hook":true)", R"(,"object_hook":false)", R"(,"served":"drain")",
          R"(,"served":"attach")", R"(,"distribution":"ubuntu")", R"(,"srcversion":"X")",
          R"(,"machine":"x86_64")", R"(,"up":true)"}) {
        const std::string line = base + fields + "}\n";
        input += line;
        alone += check(line).out;
    }
    EXPECT_EQ(check(input + input).out, alone + alone);
}

TEST(CheckInventory, TextsThatRunIntoEachOtherAreToldApart) {
    const auto line = [](const std::string& kernel, const std::string& driver) {
        return R"({"kernel_release":")" + kernel + R"(","driver":")" + driver + "\"}\n";
    };
    const auto lines = lines_of(check(line("ab", "c") + line("a", "bc")).out);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0]["driver"], "c");
    EXPECT_EQ(lines[1]["driver"], "bc");
}

TEST(CheckInventory, TheSummaryHasTheSameNumbersForAnyThreads) {
    std::string input;
    for (int i = 0; i < 3000; i++) {
        const std::array drivers = {"nic_a", "nic_b", "nic_c", "nic_x"};
        input += host("h" + std::to_string(i), drivers.at(static_cast<std::size_t>(i) % 4)) + "\n";
    }
    InventoryOptions options;
    options.wishes.first_hosts = true;
    options.block_size = 500;
    for (const unsigned threads : {1U, 5U}) {
        options.threads = threads;
        const Checked checked = check(input, options);
        ASSERT_TRUE(checked.fleet);
        EXPECT_EQ(checked.fleet->hosts(), 3000U);
        ASSERT_EQ(checked.fleet->groups().size(), 4U);
        for (const GroupTally* tally : checked.fleet->groups()) {
            EXPECT_EQ(tally->hosts, 750U);
            ASSERT_EQ(tally->first_hosts.size(), Fleet::max_first_hosts);
        }
        // nic_c: 2, 6, 10 ...
        EXPECT_EQ(checked.fleet->groups()[0]->first_hosts.front(), "h2");
        EXPECT_EQ(checked.fleet->groups()[0]->first_hosts.back(), "h198");
    }
}

TEST(CheckInventory, NamesInTheSummaryAreShort) {
    InventoryOptions options;
    options.wishes.first_hosts = true;
    std::string name(254, 'x');
    name += "\u00e9yz";
    const Checked checked =
        check(host(name) + "\n" +
                  R"({"interface":"eth1","kernel_release":"4.4.121","driver":"nic_a",)"
                  R"("driver_version":"2.0","in_tree":false})",
              options);
    EXPECT_THAT(checked.fleet->groups()[0]->first_hosts,
                ElementsAre(std::string(254, 'x') + "...", "line 2 eth1"));
}

TEST(CheckInventory, ATrickleIsAnsweredLineByLine) {
    std::array<int, 2> in = {};
    std::array<int, 2> out = {};
    ASSERT_EQ(pipe2(in.data(), O_CLOEXEC), 0);
    ASSERT_EQ(pipe2(out.data(), O_CLOEXEC), 0);
    const UniqueFd in_reader(in[0]);
    const UniqueFd out_reader(out[0]);
    InventoryOptions options;
    options.file = "-";
    options.wishes.json_lines = true;
    options.threads = 3;
    const Database database = test::sample_database();
    {
        const std::jthread checker([&] {
            const UniqueFd out_writer(out[1]);
            EXPECT_TRUE(check_inventory(options, database, {in[0], out[1], STDERR_FILENO}));
        });
        const UniqueFd in_writer(in[1]);
        for (int i = 0; i < 10; i++) {
            const std::string line = host("h" + std::to_string(i)) + "\n";
            EXPECT_EQ(write(in[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
            // Waits for the answer: without one, this test does not end.
            std::string answer;
            for (char c = 0; c != '\n' && read(out[0], &c, 1) == 1;) {
                answer += c;
            }
            EXPECT_EQ(Json::parse(answer)["host"], "h" + std::to_string(i));
        }
    }
}

TEST(CheckInventory, AnInputThatCannotBeReadIsAnError) {
    const auto error_of = [](const std::string& file) {
        InventoryOptions options;
        options.file = file;
        const auto fleet = check_inventory(options, test::sample_database(), {});
        EXPECT_FALSE(fleet);
        EXPECT_EQ(fleet.error().exit_code, ExitCode::failed);
        EXPECT_THAT(fleet.error().hint, HasSubstr("JSON lines"));
        return fleet.error().message;
    };
    EXPECT_EQ(error_of("/nonexistent"), "cannot open /nonexistent: No such file or directory");
    EXPECT_EQ(error_of("/"), "cannot read /: Is a directory");
}

TEST(CheckInventory, AnOutputThatCannotBeWrittenIsAnError) {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends = {};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    close(ends[0]);
    const UniqueFd closed_pipe(ends[1]);
    const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
    std::string input;
    for (int i = 0; i < 1000; i++) {
        input += host("h") + "\n";
    }
    InventoryOptions options;
    options.file = "-";
    options.wishes.json_lines = true;
    options.block_size = 1000;
    options.threads = 4;
    for (const auto& [fd, words] : {std::pair(full.get(), "No space left on device"),
                                    std::pair(closed_pipe.get(), "Broken pipe")}) {
        const MemoryFile in(input);
        const auto fleet =
            check_inventory(options, test::sample_database(), {in.fd(), fd, STDERR_FILENO});
        ASSERT_FALSE(fleet);
        EXPECT_EQ(fleet.error().exit_code, ExitCode::failed);
        EXPECT_EQ(fleet.error().message,
                  std::string("cannot write to the standard output: ") + words);
    }
}

struct Ran {
    Output output;
    std::string out;
    std::string err;
};

Ran run(std::vector<std::string> arguments, const std::string& input) {
    test::FakeKernel kernel;
    const MemoryFile in(input);
    const MemoryFile out;
    const MemoryFile err;
    arguments.insert(arguments.begin(), {"check", "--inventory", "-"});
    auto output = run_cli(arguments, kernel.context_maker(), {in.fd(), out.fd(), err.fd()});
    return {std::move(output), out.text(), err.text()};
}

TEST(CheckInventoryCommand, PrintsASummaryByDefault) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{}, {"--format", "text"}, {"--format", "table"}}) {
        const Ran ran = run(arguments, host("a") + "\n" + host("b", "nic_c") + "\n");
        EXPECT_EQ(ran.output.exit_code, 3);
        EXPECT_THAT(ran.output.out, StartsWith("inventory  2 hosts, 0 bad lines\n"));
        EXPECT_THAT(ran.output.err, IsEmpty());
        EXPECT_THAT(ran.out, IsEmpty());
    }
}

TEST(CheckInventoryCommand, PrintsJsonLinesWithTheSummaryOnStderr) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--json"}, {"--format", "json"}}) {
        const Ran ran = run(arguments, host("a") + "\n");
        EXPECT_EQ(lines_of(ran.out).size(), 1U);
        EXPECT_THAT(ran.output.out, IsEmpty());
        EXPECT_THAT(ran.output.err, StartsWith("inventory  1 hosts"));
    }
}

TEST(CheckInventoryCommand, HasOtherForms) {
    const std::string input = host("<script>", "nic_c") + "\n";
    const Ran html = run({"--format", "html"}, input);
    EXPECT_THAT(html.output.out, HasSubstr("&lt;script&gt;"));
    EXPECT_THAT(html.output.out, Not(HasSubstr("<script>")));
    EXPECT_EQ(html.output.exit_code, 3);
    const Ran prometheus = run({"--format", "prometheus"}, input);
    EXPECT_THAT(prometheus.output.out, HasSubstr("netpoll_shim_hosts{verdict=\"shim\""));
    EXPECT_EQ(prometheus.output.exit_code, 3);
    const Ran nagios = run({"--format", "nagios"}, input);
    EXPECT_THAT(nagios.output.out, StartsWith("NETPOLL-SHIM WARNING - 1 hosts"));
    EXPECT_EQ(nagios.output.exit_code, 1);
}

TEST(CheckInventoryCommand, ExitsWithTheWorst) {
    EXPECT_EQ(run({}, host("a", "nic_a", "1.0")).output.exit_code, 0);
    EXPECT_EQ(run({}, host("a", "nic_x")).output.exit_code, 4);
    EXPECT_EQ(run({}, "").output.exit_code, 4);
    EXPECT_EQ(run({}, host("a") + "\n" + host("a", "nic_x")).output.exit_code, 3);
    const Ran bad = run({}, host("a") + "\nbogus\n");
    EXPECT_EQ(bad.output.exit_code, 1);
    EXPECT_THAT(bad.err, StartsWith("inventory line 2: "));
}

TEST(CheckInventoryCommand, AnErrorIsToldInTheFormAskedFor) {
    test::FakeKernel kernel;
    const auto output = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments = {"check", "--inventory", "/nonexistent"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_cli(arguments, kernel.context_maker());
    };
    for (const Output& text : {output({}), output({"--json"}), output({"--format", "html"})}) {
        EXPECT_EQ(text.exit_code, 1);
        EXPECT_THAT(text.out, IsEmpty());
        EXPECT_THAT(text.err, StartsWith("netpoll-shim: cannot open /nonexistent"));
    }
    const Output nagios = output({"--format", "nagios"});
    EXPECT_EQ(nagios.exit_code, 3);
    EXPECT_THAT(nagios.out, StartsWith("NETPOLL-SHIM UNKNOWN - cannot open /nonexistent"));
}

TEST(CheckInventoryCommand, MisuseIsToldApart) {
    test::FakeKernel kernel;
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"check", "--inventory", "f", "eth0"},
          {"check", "--inventory", "f", "--explain"},
          {"check", "--inventory", "f", "--format", "yaml"},
          {"check", "--inventory", "f", "--format", "html", "--json"},
          {"check", "--inventory"},
          {"check", "--format", "html"}}) {
        EXPECT_EQ(run_cli(arguments, kernel.context_maker()).exit_code, 2);
    }
}

}  // namespace
}  // namespace netpoll_shim
