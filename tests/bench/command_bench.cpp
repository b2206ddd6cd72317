// SPDX-License-Identifier: GPL-2.0-or-later
// What the command costs, without a guest. Machines differ and are shared: CPU time and ratios
// within one run say more than seconds do.
#include "command_bench.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <system_error>

namespace command_bench {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

[[noreturn]] void become(const std::vector<std::string>& argv, int in, bool on_one_cpu) {
    if (on_one_cpu) {
        cpu_set_t cpus;
        CPU_ZERO(&cpus);
        CPU_SET(0, &cpus);
        sched_setaffinity(0, sizeof cpus, &cpus);
    }
    const int null = open("/dev/null", O_RDWR);
    dup2(in >= 0 ? in : null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Usage wait_for(pid_t child, std::chrono::steady_clock::time_point start) {
    int status = 0;
    rusage used = {};
    if (wait4(child, &status, 0, &used) != child)
        fail("wait4");
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 127)
        throw std::runtime_error("the command did not run to its end");
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            cpu_seconds(used), static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

}  // namespace

double cpu_seconds(const rusage& used) {
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

Usage run(const std::vector<std::string>& argv, bool on_one_cpu) {
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        become(argv, -1, on_one_cpu);
    return wait_for(child, start);
}

Usage run_fed(const std::vector<std::string>& argv, const std::function<void(int)>& feed) {
    std::array<int, 2> ends = {};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        fail("pipe");
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        become(argv, ends[0], false);
    close(ends[0]);
    feed(ends[1]);
    close(ends[1]);
    return wait_for(child, start);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void print_figure(const std::string& name, const std::string& value, const std::string& required,
                  bool is_met) {
    fmt::print("  {:<54} {:>12}", name, value);
    if (!required.empty())
        fmt::print("   required: {}: {}", required, is_met ? "met" : "MISSED");
    fmt::print("\n");
    // Figures take minutes: each is told when it is there.
    std::fflush(stdout);
}

}  // namespace command_bench

int main(int argc, char** argv) {
    std::filesystem::path command;
    std::filesystem::path static_command;
    int rounds = 5;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--command") == 0)
            command = std::filesystem::absolute(argv[i + 1]);
        if (std::strcmp(argv[i], "--static-command") == 0)
            static_command = std::filesystem::absolute(argv[i + 1]);
        if (std::strcmp(argv[i], "--rounds") == 0)
            rounds = std::atoi(argv[i + 1]);
    }
    if (command.empty() || static_command.empty() || rounds < 1) {
        fmt::print(stderr,
                   "usage: command_bench --command FILE --static-command FILE [--rounds N]\n");
        return 2;
    }
    // A command that ends early is told by its status.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const bool check_is_met = command_bench::check(command, static_command, rounds);
        const bool database_is_met = command_bench::database(command, static_command, rounds);
        const bool is_met =
            command_bench::inventory(command, rounds) && check_is_met && database_is_met;
        fmt::print("{}\n",
                   is_met ? "all that is required was met" : "not all that is required was met");
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "command_bench: {}\n", error.what());
        return 1;
    }
}
