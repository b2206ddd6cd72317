// SPDX-License-Identifier: GPL-2.0-or-later
// check on a host, with nothing remembered from earlier runs: CPU time of the whole process, the
// kernel's part of it included. A process that does nothing is the yardstick of the machine.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "command_bench.hpp"

namespace command_bench {

namespace {

constexpr double required_milliseconds = 20;

// Where a check stops reading /proc/kallsyms on Debian's 6.1.0-56-amd64, which has 94,266 symbols.
constexpr std::size_t symbols_to_netpoll = 37'071;

// What reading the kernel's symbols takes, all or this many. A kernel without netpoll spares a
// check that.
double read_kallsyms_seconds(std::optional<std::size_t> symbols = std::nullopt) {
    const auto used_seconds = [] {
        rusage used = {};
        getrusage(RUSAGE_SELF, &used);
        return cpu_seconds(used);
    };
    const int file = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        throw std::runtime_error("/proc/kallsyms cannot be read");
    std::vector<char> buffer(64 << 10);
    const double start = used_seconds();
    std::size_t lines = 0;
    ssize_t length = 0;
    while ((!symbols || lines < *symbols) &&
           (length = read(file, buffer.data(), buffer.size())) > 0)
        lines +=
            static_cast<std::size_t>(std::count(buffer.begin(), buffer.begin() + length, '\n'));
    const double seconds = used_seconds() - start;
    close(file);
    if (symbols && lines < *symbols)
        throw std::runtime_error("/proc/kallsyms has fewer symbols than Debian's kernel");
    return seconds;
}

}  // namespace

bool check(const std::filesystem::path& command, const std::filesystem::path& static_command,
           int rounds) {
    // A run takes milliseconds: many make a median.
    const int runs = rounds * 20;
    std::vector<double> check_seconds;
    std::vector<double> static_seconds;
    std::vector<double> nothing_seconds;
    std::vector<double> symbols_seconds;
    std::vector<double> all_symbols_seconds;
    for (int i = 0; i < runs; i++) {
        check_seconds.push_back(run({command, "check"}).cpu_seconds);
        static_seconds.push_back(run({static_command, "check"}).cpu_seconds);
        nothing_seconds.push_back(run({"/bin/true"}).cpu_seconds);
        symbols_seconds.push_back(read_kallsyms_seconds(symbols_to_netpoll));
        all_symbols_seconds.push_back(read_kallsyms_seconds());
    }
    // On a kernel without netpoll a check is spared the symbols, which most hosts' read.
    const bool reads_symbols = access("/sys/module/netpoll", F_OK) == 0;
    const double symbols_milliseconds = median(symbols_seconds) * 1000;
    const double milliseconds =
        median(check_seconds) * 1000 + (reads_symbols ? 0 : symbols_milliseconds);
    const bool is_met = milliseconds <= required_milliseconds;
    fmt::print("check on this host, whose kernel has {}netpoll, median of {} runs\n",
               reads_symbols ? "" : "no ", runs);
    print_figure("CPU time", fmt::format("{:.1f} ms", median(check_seconds) * 1000));
    print_figure("CPU time of the static command, in that",
                 fmt::format("{:.2f}", median(static_seconds) / median(check_seconds)));
    print_figure("in processes that do nothing",
                 fmt::format("{:.1f}", median(check_seconds) / median(nothing_seconds)));
    print_figure(fmt::format("reading {} kernel symbols, as on Debian 12", symbols_to_netpoll),
                 fmt::format("{:.1f} ms", symbols_milliseconds));
    print_figure("reading all kernel symbols",
                 fmt::format("{:.1f} ms", median(all_symbols_seconds) * 1000));
    print_figure("CPU time with the symbols read", fmt::format("{:.1f} ms", milliseconds),
                 fmt::format("at most {} ms", required_milliseconds), is_met);
    return is_met;
}

}  // namespace command_bench
