// SPDX-License-Identifier: GPL-2.0-or-later
// check on a host, with nothing remembered from earlier runs: CPU time of the whole process, the
// kernel's part of it included. A process that does nothing is the yardstick of the machine.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdexcept>

#include "command_bench.hpp"

namespace command_bench {

namespace {

constexpr double required_milliseconds = 20;

// What reading all of the kernel's symbols takes, which is what a check is spared.
double read_kallsyms_seconds() {
    const auto cpu_seconds = [] {
        rusage used = {};
        getrusage(RUSAGE_SELF, &used);
        return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    };
    const int symbols = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
    if (symbols < 0)
        throw std::runtime_error("/proc/kallsyms cannot be read");
    std::vector<char> buffer(64 << 10);
    const double start = cpu_seconds();
    while (read(symbols, buffer.data(), buffer.size()) > 0) {
    }
    const double seconds = cpu_seconds() - start;
    close(symbols);
    return seconds;
}

}  // namespace

bool check(const std::filesystem::path& command, int rounds) {
    // A run takes milliseconds: many make a median.
    const int runs = rounds * 20;
    std::vector<double> check_seconds;
    std::vector<double> nothing_seconds;
    std::vector<double> symbols_seconds;
    for (int i = 0; i < runs; i++) {
        check_seconds.push_back(run({command, "check"}).cpu_seconds);
        nothing_seconds.push_back(run({"/bin/true"}).cpu_seconds);
        symbols_seconds.push_back(read_kallsyms_seconds());
    }
    const double milliseconds = median(check_seconds) * 1000;
    const bool is_met = milliseconds <= required_milliseconds;
    fmt::print("check on this host, median of {} runs\n", runs);
    print_figure("CPU time", fmt::format("{:.1f} ms", milliseconds),
                 fmt::format("at most {} ms", required_milliseconds), is_met);
    print_figure("in processes that do nothing",
                 fmt::format("{:.1f}", median(check_seconds) / median(nothing_seconds)));
    print_figure("all kernel symbols read would take",
                 fmt::format("{:.1f} ms", median(symbols_seconds) * 1000));
    return is_met;
}

}  // namespace command_bench
