// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace command_bench {

// What a run of the command took.
struct Usage {
    double seconds = 0;          // from its start to its end
    double cpu_seconds = 0;      // of all its threads
    std::uint64_t peak_rss = 0;  // bytes
};

// Runs a command whose standard output goes to /dev/null. Throws if it cannot be run or a signal
// ends it; what it exits with is not looked at.
Usage run(const std::vector<std::string>& argv, bool on_one_cpu = false);
// The same with what `feed` writes to the descriptor as its standard input.
Usage run_fed(const std::vector<std::string>& argv, const std::function<void(int)>& feed);

// What was used of CPUs, the kernel's part included.
double cpu_seconds(const rusage& used);

double median(std::vector<double> values);

// A line of the result; `required` is empty where nothing is.
void print_figure(const std::string& name, const std::string& value,
                  const std::string& required = "", bool is_met = true);

// The figures, one function each. They return whether what is required was met.
bool check(const std::filesystem::path& command, const std::filesystem::path& static_command,
           int rounds);
bool database(const std::filesystem::path& command, const std::filesystem::path& static_command,
              int rounds);
bool inventory(const std::filesystem::path& command, int rounds);

}  // namespace command_bench
