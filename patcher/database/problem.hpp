// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <fmt/format.h>

#include <string>
#include <tuple>

namespace netpoll_shim {

// What is wrong at one place of a database file.
struct Problem {
    std::string path;
    unsigned line = 0;    // from 1; 0: the file has no lines
    unsigned column = 0;  // the same
    std::string message;
    std::string hint;

    bool operator<(const Problem& other) const {
        return std::tie(path, line, column) < std::tie(other.path, other.line, other.column);
    }
};

// As compilers write it, so that editors find the place.
inline std::string problem_line(const Problem& problem) {
    if (problem.line == 0) {
        return fmt::format("{}: {}", problem.path, problem.message);
    }
    return fmt::format("{}:{}:{}: {}", problem.path, problem.line, problem.column, problem.message);
}

}  // namespace netpoll_shim
