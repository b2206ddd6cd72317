// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace updates {

using Arguments = std::vector<std::string>;

// A program that runs in the background, and is killed with this. Its output goes to a file.
class Process {
  public:
    Process(const Arguments& argv, const std::string& log);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();

    // What it exits with; 128 and more: a signal.
    int wait();
    std::string log() const;

  private:
    pid_t pid_;
    std::string log_;
};

struct Ended {
    int exit_code = 0;
    std::string out;  // both streams
};

// Runs a program to its end.
Ended run(const Arguments& argv, const std::string& input = "");

}  // namespace updates
