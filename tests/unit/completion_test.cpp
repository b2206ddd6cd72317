// SPDX-License-Identifier: GPL-2.0-or-later
// What bash offers with the project's completion, against what the built command says with --help.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/fake_host.hpp"
#include "support/help.hpp"

namespace netpoll_shim {
namespace {

using test::Names;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// What bash offers for a line, whose last word is the one to complete, in a folder.
Names complete(const std::vector<std::string>& line, const std::string& folder = ".") {
    std::string words;
    for (const std::string& word : line) {
        words += fmt::format(" '{}'", word);
    }
    const std::string script = fmt::format(
        "set -u; . {}/completion/netpoll-shim.bash; cd {}; netpoll-shim() {{ {} \"$@\"; }}; "
        "COMP_WORDS=({}); COMP_CWORD={}; set -- $(complete -p netpoll-shim); "
        "while [ \"$1\" != -F ]; do shift; done; \"$2\"; echo offered \"${{COMPREPLY[@]}}\"",
        SOURCE_DIR, folder, COMMAND, words, line.size() - 1);
    // The file goes to bash as it would by a login: no option of the shell is on.
    const test::TempDirectory temporary;
    const std::string file = (temporary.path() / "script").string();
    std::ofstream(file) << script;
    const auto offered = test::words_of(test::output_of("bash --norc --noprofile " + file));
    return {offered.begin() + 1, offered.end()};
}

std::vector<std::string> line_of(const std::string& command, const std::vector<std::string>& rest) {
    std::vector<std::string> line = test::words_of("netpoll-shim " + command);
    line.insert(line.end(), rest.begin(), rest.end());
    return line;
}

class Completion : public testing::Test {
  protected:
    const test::Help help = test::read_help();
};

TEST_F(Completion, OffersEveryCommandAndOption) {
    for (const auto& [command, takes] : help) {
        Names options = own_long_options(takes);
        options.insert("--help");
        EXPECT_THAT(
            test::differences(command, options, complete(line_of(command, {"-"})), "completion"),
            IsEmpty());
        if (!takes.commands.empty()) {
            EXPECT_THAT(test::differences(command, takes.commands, complete(line_of(command, {""})),
                                          "completion"),
                        IsEmpty());
        }
    }
}

TEST_F(Completion, OffersTheValuesOfAnOption) {
    std::size_t compared = 0;
    for (const auto& [command, takes] : help) {
        for (const auto& [option, values] : takes.values) {
            EXPECT_THAT(test::differences(command + " " + option, values,
                                          complete(line_of(command, {option, ""})), "completion"),
                        IsEmpty());
            compared++;
        }
    }
    EXPECT_GE(compared, 2U);
    EXPECT_THAT(complete({"netpoll-shim", "check", "--format", "=", "js"}), ElementsAre("json"));
    EXPECT_THAT(complete({"netpoll-shim", "check", "--format", "="}), Contains("html"));
}

// The value of an option is no argument, and no option.
TEST_F(Completion, KnowsWhichOptionsTakeAValue) {
    const test::TempDirectory empty;
    for (const auto& [command, takes] : help) {
        for (const std::string& option : takes.with_value) {
            EXPECT_THAT(complete(line_of(command, {option, "--"}), empty.path().string()),
                        Not(Contains("--help")))
                << command << " " << option;
        }
        for (const std::string& option : own_long_options(takes)) {
            if (!command.empty() && !takes.with_value.contains(option)) {
                EXPECT_THAT(complete(line_of(command, {option, "--"})), Contains("--help"))
                    << command << " " << option;
            }
        }
    }
}

TEST_F(Completion, OffersFilesKernelsAndNames) {
    const test::FakeHost host;
    for (const char* file : {"a.ko", "b.ko.xz", "c.toml", "d/x"}) {
        host.write(std::string("here/") + file, "");
    }
    const std::string here = host.path("here").string();
    EXPECT_THAT(complete({"netpoll-shim", "load", "--module", ""}, here),
                UnorderedElementsAre("a.ko", "b.ko.xz", "d"));
    EXPECT_THAT(complete({"netpoll-shim", "check", "--root", ""}, here), ElementsAre("d"));
    EXPECT_THAT(complete({"netpoll-shim", "db", "lint", ""}, here),
                UnorderedElementsAre("a.ko", "b.ko.xz", "c.toml", "d"));
    EXPECT_THAT(
        complete({"netpoll-shim", "check", "--root", host.path("").string(), "--kernel", "6"}),
        ElementsAre(test::legacy_release));
    EXPECT_THAT(complete({"netpoll-shim", "check", ""}), Contains("lo"));
    EXPECT_THAT(complete({"netpoll-shim", "db", "show", "en"}), Contains("ena"));
}

}  // namespace
}  // namespace netpoll_shim
