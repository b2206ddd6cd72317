// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/result.hpp"

namespace netpoll_shim {

// A program to run, without input and with a plain environment: the paths of system programs, the
// C locale, nothing of the caller's.
struct Command {
    std::vector<std::string> arguments;  // the program first, looked for in those paths
    std::string root;                    // what it is put into by chroot(2); "": nothing
};

struct Finished {
    int status = 0;      // as of waitpid(2)
    std::string output;  // both streams, the last of it where it is long

    bool is_success() const { return status == 0; }
};

// Runs it to its end, and dies with this process. Fails where it cannot be started, with exec's
// errno in words.
Result<Finished> run(const Command& command);

// "exited with 3", "was killed by signal 9".
std::string status_words(int status);

// The last lines of a program's output, for an error: at most so many.
std::string last_lines(const std::string& output, std::size_t most);

}  // namespace netpoll_shim
