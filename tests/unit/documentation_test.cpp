// SPDX-License-Identifier: GPL-2.0-or-later
// What the built command says with --help, against the man page and the usage in the documents:
// all of them must know the same commands and options.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "support/help.hpp"

namespace netpoll_shim {
namespace {

using test::Names;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

const std::string source_dir = SOURCE_DIR;

std::string read(const std::string& path) {
    std::ifstream file(source_dir + "/" + path);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_TRUE(file) << path;
    return text.str();
}

Names commands_of(const test::Help& help) {
    Names commands;
    for (const auto& [command, takes] : help) {
        commands.insert(command);
    }
    return commands;
}

// Those that are no mere group of others.
Names leaf_commands_of(const test::Help& help) {
    Names commands;
    for (const auto& [command, takes] : help) {
        if (takes.commands.empty()) {
            commands.insert(command);
        }
    }
    return commands;
}

// A command and its options, as the synopsis or a usage line has them.
using Usage = std::map<std::string, Names>;

void expect_usage(const test::Help& help, const Usage& usage, const std::string& where) {
    Names used;
    for (const auto& [command, options] : usage) {
        used.insert(command);
    }
    EXPECT_THAT(test::differences("COMMAND", leaf_commands_of(help), used, where), IsEmpty());
    for (const auto& [command, options] : usage) {
        if (help.contains(command)) {
            EXPECT_THAT(
                test::differences(command, own_long_options(help.at(command)), options, where),
                IsEmpty());
        }
    }
}

// The page's source, in mdoc(7).
struct ManPage {
    test::Help commands;  // what OPTIONS ("") and the subsections of COMMANDS describe
    Usage synopsis;
};

// ".It Fl j , Fl -json", ".It Fl -module Ar FILE.ko" or ".It Ar INTERFACE"
void add_item(const std::vector<std::string>& words, test::CommandHelp& takes) {
    std::string option;
    for (std::size_t i = 1; i + 1 < words.size(); i++) {
        if (words[i] == "Fl") {
            option = "-" + words[i + 1];
            takes.options.insert(option);
        } else if (words[i] == "Ar" && option.empty()) {
            takes.arguments.insert(words[i + 1]);
        } else if (words[i] == "Ar") {
            takes.with_value.insert(option);
        }
    }
}

// ".Nm", ".Cm db list", ".Op Fl -json | Fl -format Ar FORMAT", ".Fl -root Ar DIR"
void add_synopsis(const std::vector<std::string>& words, std::string& command, ManPage& page) {
    if (words.front() == ".Nm") {
        command.clear();
    } else if (words.front() == ".Cm") {
        command = fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " "));
        page.synopsis[command];
    }
    for (std::size_t i = 0; i + 1 < words.size() && !command.empty(); i++) {
        if (words[i] == "Fl" || words[i] == ".Fl") {
            page.synopsis[command].insert("-" + words[i + 1]);
        }
    }
}

ManPage read_man_page() {
    ManPage page;
    std::string section;
    std::string command;
    std::istringstream lines(read("man/netpoll-shim.8"));
    for (std::string line; std::getline(lines, line);) {
        const auto words = test::words_of(line);
        if (line.starts_with(".Sh ")) {
            section = line.substr(4);
            command.clear();
        } else if (section == "SYNOPSIS") {
            add_synopsis(words, command, page);
        } else if (line.starts_with(".Ss ") && section == "COMMANDS") {
            command = line.substr(4);
            page.commands[command];
        } else if (line.starts_with(".It ") && (section == "COMMANDS" || section == "OPTIONS")) {
            add_item(words, page.commands[command]);
        }
    }
    return page;
}

class Documentation : public testing::Test {
  protected:
    const test::Help help = test::read_help();
};

TEST_F(Documentation, HasTheHelpOfEveryCommand) {
    EXPECT_THAT(commands_of(help), AllOf(Contains("check"), Contains("db lint"), Contains("")));
    EXPECT_THAT(help.at("check").options, AllOf(Contains("-j"), Contains("--json")));
    EXPECT_THAT(help.at("check").arguments, ElementsAre("INTERFACE"));
    EXPECT_THAT(help.at("check").with_value, AllOf(Contains("--root"), Not(Contains("--json"))));
    EXPECT_THAT(help.at("check").values.at("--exit-code"),
                UnorderedElementsAre("own", "nagios", "systemd"));
}

TEST_F(Documentation, ManPageDescribesEveryCommandAndOption) {
    const ManPage page = read_man_page();
    EXPECT_THAT(
        test::differences("COMMAND", commands_of(help), commands_of(page.commands), "the man page"),
        IsEmpty());
    for (const auto& [command, takes] : help) {
        if (!page.commands.contains(command)) {
            continue;
        }
        const test::CommandHelp& described = page.commands.at(command);
        Names options = takes.options;
        if (!command.empty()) {
            // Described once, for all.
            options.erase("-h");
            options.erase("--help");
        }
        const auto expect_same = [&](const Names& in_help, const Names& in_page) {
            EXPECT_THAT(test::differences(command, in_help, in_page, "the man page"), IsEmpty());
        };
        expect_same(options, described.options);
        expect_same(takes.arguments, described.arguments);
        expect_same(takes.with_value, described.with_value);
    }
}

TEST_F(Documentation, SynopsisOfTheManPageHasEveryCommandAndOption) {
    Usage synopsis = read_man_page().synopsis;
    expect_usage(help, synopsis, "the synopsis");
}

// "[--module FILE.ko]" and the like.
Names options_in(const std::string& text) {
    static const std::regex option("--[a-z][a-z-]*");
    return {std::sregex_token_iterator(text.begin(), text.end(), option),
            std::sregex_token_iterator()};
}

// The command that a line "netpoll-shim db show ena ..." runs; "" where there is none of that name.
std::string command_in(const std::string& line, const test::Help& help) {
    const auto words = test::words_of(line);
    std::string command;
    for (std::size_t i = 1; i < words.size(); i++) {
        const std::string longer = command.empty() ? words[i] : command + " " + words[i];
        if (!help.contains(longer)) {
            break;
        }
        command = longer;
    }
    return command;
}

// The indented lines of a document that run the command, those that go on joined.
std::vector<std::string> command_lines(const std::string& path) {
    std::vector<std::string> found;
    std::istringstream lines(read(path));
    bool goes_on = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("    netpoll-shim ")) {
            found.push_back(line.substr(0, line.find('#')));
            goes_on = true;
        } else if (goes_on && line.starts_with("        ")) {
            found.back() += line;
        } else {
            goes_on = false;
        }
    }
    return found;
}

TEST_F(Documentation, UsageInDocsHasEveryCommandAndOption) {
    Usage usage;
    for (const std::string& line : command_lines("docs/command.md")) {
        const Names options = options_in(line);
        usage[command_in(line, help)].insert(options.begin(), options.end());
    }
    expect_usage(help, usage, "docs/command.md");
}

TEST_F(Documentation, EveryLineOfTheDocumentsIsOneThatTheCommandTakes) {
    std::vector<std::string> lines = command_lines("README.md");
    EXPECT_THAT(lines, Not(IsEmpty()));
    for (const auto& file : std::filesystem::directory_iterator(source_dir + "/docs")) {
        const auto more = command_lines("docs/" + file.path().filename().string());
        lines.insert(lines.end(), more.begin(), more.end());
    }
    for (const std::string& line : lines) {
        const std::string command = command_in(line, help);
        EXPECT_TRUE(leaf_commands_of(help).contains(command)) << line;
        for (const std::string& option : options_in(line)) {
            EXPECT_THAT(help.at(command).options, Contains(option)) << line;
        }
    }
}

TEST_F(Documentation, ReadmeNamesEveryCommand) {
    const std::string readme = read("README.md");
    for (const std::string& command : help.at("").commands) {
        EXPECT_NE(readme.find("netpoll-shim " + command), std::string::npos) << command;
    }
}

}  // namespace
}  // namespace netpoll_shim
