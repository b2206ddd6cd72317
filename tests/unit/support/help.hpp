// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace netpoll_shim::test {

using Names = std::set<std::string>;

// What one command takes.
struct CommandHelp {
    Names commands;   // its own, as "db" has
    Names options;    // "--json", "-j"
    Names arguments;  // "INTERFACE"
    Names with_value;
    std::map<std::string, Names> values;  // where an option takes these alone
};

// By command: "" for the program's own, "check", "db lint".
using Help = std::map<std::string, CommandHelp>;

// What the built command says with --help, of itself and of every command that it lists.
Help read_help();

// The options that start with two dashes, without --help, which every command has.
Names own_long_options(const CommandHelp& help);

// What is in one of both alone, one line each: `of` is the command, `where` the other's place.
std::vector<std::string> differences(const std::string& of, const Names& help, const Names& other,
                                     const std::string& where);

// The standard output of a shell command. Throws where that fails.
std::string output_of(const std::string& shell_command);

// Runs of characters other than white space.
std::vector<std::string> words_of(const std::string& text);

}  // namespace netpoll_shim::test
