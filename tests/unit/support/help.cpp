// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace netpoll_shim::test {

namespace {

// "{text,json}" after an option's type.
Names values_in(const std::string& line) {
    const auto open = line.find('{');
    const auto close = line.find('}');
    Names values;
    if (open == std::string::npos || close == std::string::npos) {
        return values;
    }
    std::stringstream list(line.substr(open + 1, close - open - 1));
    for (std::string value; std::getline(list, value, ',');) {
        values.insert(value);
    }
    return values;
}

// "  -j,--json   what it does" or "  --module FILE.ko Excludes: --x"
void add_option(const std::string& line, CommandHelp& help) {
    static const std::regex entry(R"(^ {2,4}(-[^ ]+)( [^ ]+)?)");
    std::smatch match;
    if (!std::regex_search(line, match, entry)) {
        return;
    }
    const std::string type = match[2];
    const bool has_value = !type.empty() && type.back() != ':';
    std::stringstream names(match[1]);
    for (std::string name; std::getline(names, name, ',');) {
        help.options.insert(name);
        if (has_value) {
            help.with_value.insert(name);
        }
        if (const auto values = values_in(line); has_value && !values.empty()) {
            help.values[name] = values;
        }
    }
}

CommandHelp parse(const std::string& text) {
    static const std::regex heading("^([A-Z][a-z]+):$");
    CommandHelp help;
    std::string section;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        const auto words = words_of(line);
        const bool is_entry = line.starts_with("  ") && line.size() > 2 && line[2] != ' ';
        if (std::regex_match(line, match, heading)) {
            section = match[1];
        } else if (words.empty()) {
            section.clear();
        } else if (section == "Subcommands" && is_entry) {
            help.commands.insert(words.front());
        } else if (section == "Positionals" && is_entry) {
            help.arguments.insert(words.front());
        } else {
            add_option(line, help);
        }
    }
    return help;
}

void read_into(const std::string& command, Help& all) {
    const CommandHelp help = parse(output_of(COMMAND " " + command + " --help"));
    all[command] = help;
    for (const std::string& name : help.commands) {
        read_into(command.empty() ? name : command + " " + name, all);
    }
}

}  // namespace

std::string output_of(const std::string& shell_command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(shell_command.c_str(), "r"),
                                                               pclose);
    std::string output;
    for (int c = 0; pipe && (c = std::fgetc(pipe.get())) != EOF;) {
        output += static_cast<char>(c);
    }
    if (!pipe || output.empty()) {
        throw std::runtime_error("no output of " + shell_command);
    }
    return output;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

Names own_long_options(const CommandHelp& help) {
    Names options;
    std::copy_if(
        help.options.begin(), help.options.end(), std::inserter(options, options.end()),
        [](const std::string& option) { return option.starts_with("--") && option != "--help"; });
    return options;
}

std::vector<std::string> differences(const std::string& of, const Names& help, const Names& other,
                                     const std::string& where) {
    std::vector<std::string> found;
    const auto add = [&](const Names& have, const Names& lack, const std::string& in,
                         const std::string& not_in) {
        for (const std::string& name : have) {
            if (!lack.contains(name)) {
                found.push_back(fmt::format("netpoll-shim {}: {} is in {} and not in {}", of, name,
                                            in, not_in));
            }
        }
    };
    add(help, other, "--help", where);
    add(other, help, where, "--help");
    return found;
}

Help read_help() {
    Help all;
    read_into("", all);
    return all;
}

}  // namespace netpoll_shim::test
