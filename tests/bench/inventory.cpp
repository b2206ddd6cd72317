// SPDX-License-Identifier: GPL-2.0-or-later
// check --inventory: hosts a second, and memory that does not grow with the number of hosts.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "command_bench.hpp"

namespace command_bench {

namespace {

constexpr std::uint64_t million = 1000000;
constexpr double required_rate = 500000;  // hosts a second on two cores
// Of what 10 million hosts take beyond 1 million: nothing but chance.
constexpr double allowed_growth = 1.1;

constexpr std::array drivers = {"ena", "e1000e", "virtio_net", "gve", "mlx5_core"};
constexpr std::array versions = {"2.0.2", "1.5.3", "2.2.10", "5.0"};

// One of 2000 combinations of kernel, driver and version, or of as many as there are hosts; the
// name is the host's own.
void append_host(std::string& text, std::uint64_t number, bool is_distinct) {
    // Consecutive hosts differ in everything.
    const std::uint64_t combination = number * 7919 % 2000;
    const std::string version = is_distinct ? fmt::format("2.{}.{}", number / 1000, number % 1000)
                                            : versions[combination / 5 % 4];
    fmt::format_to(std::back_inserter(text),
                   R"({{"host":"web-{:08}.example.net","interface":"eth0","site":"fra1",)"
                   R"("kernel_release":"4.{}.0-{}-aws","machine":"x86_64",)"
                   R"("distribution":"ubuntu","driver":"{}","driver_version":"{}",)"
                   R"("in_tree":false,"rack":{},"up":true}})"
                   "\n",
                   number, combination / 20 % 2 ? "4" : "15", 1000 + combination / 40,
                   drivers[combination % 5], version, number % 40);
}

void feed(int fd, std::uint64_t hosts, bool is_distinct) {
    std::string text;
    for (std::uint64_t number = 0; number < hosts;) {
        text.clear();
        for (int i = 0; i < 1000 && number < hosts; i++)
            append_host(text, number++, is_distinct);
        for (std::string_view rest = text; !rest.empty();) {
            const ssize_t size = write(fd, rest.data(), rest.size());
            if (size < 0)
                throw std::runtime_error("the hosts cannot be written");
            rest.remove_prefix(static_cast<std::size_t>(size));
        }
    }
}

// A file that is gone with this object.
class Inventory {
  public:
    Inventory(std::uint64_t hosts, bool is_distinct) {
        const int fd = mkstemp(path_.data());
        if (fd < 0)
            throw std::runtime_error("no temporary file");
        feed(fd, hosts, is_distinct);
        close(fd);
    }
    Inventory(const Inventory&) = delete;
    Inventory& operator=(const Inventory&) = delete;
    ~Inventory() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

  private:
    std::string path_ = std::filesystem::temp_directory_path() / "netpoll-shim-inventory-XXXXXX";
};

// Reads the file and counts its lines.
double plain_loop(const std::string& path) {
    const auto start = std::chrono::steady_clock::now();
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    std::vector<char> buffer(std::size_t{256} << 10);
    std::uint64_t lines = 0;
    for (ssize_t size = 0; (size = read(fd, buffer.data(), buffer.size())) > 0;)
        lines += static_cast<std::uint64_t>(std::count(buffer.data(), buffer.data() + size, '\n'));
    close(fd);
    if (lines != million)
        throw std::runtime_error("the inventory has another number of lines");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// How many others wanted a core in the last minute.
double load() {
    std::array<double, 1> average = {};
    return getloadavg(average.data(), 1) == 1 ? average[0] : 0;
}

struct Figures {
    double rate = 0;        // hosts a second
    double cpu = 0;         // microseconds a host
    double loop_times = 0;  // of what the plain loop takes
};

Figures measure(const std::vector<std::string>& argv, const std::string& path, bool on_one_cpu,
                int rounds) {
    std::vector<double> rates;
    std::vector<double> cpu;
    std::vector<double> loop_times;
    for (int round = 0; round < rounds; round++) {
        const double loop = plain_loop(path);
        const Usage usage = run(argv, on_one_cpu);
        rates.push_back(million / usage.seconds);
        cpu.push_back(usage.cpu_seconds);
        loop_times.push_back(usage.cpu_seconds / loop);
    }
    return {median(rates), median(cpu), median(loop_times)};
}

void print(const std::string& name, const Figures& figures, double required) {
    print_figure(name + ", hosts a second", fmt::format("{:.0f}", figures.rate),
                 required > 0 ? fmt::format("{:.0f}", required) : "", figures.rate >= required);
    // What a machine does that has nothing else to do.
    print_figure("  by its CPU time, two cores without other load",
                 fmt::format("{:.0f}", 2e6 / figures.cpu));
    print_figure("  CPU time of a host", fmt::format("{:.2f} us", figures.cpu));
    print_figure("  CPU time, times reading and counting lines",
                 fmt::format("{:.1f}", figures.loop_times));
}

std::string megabytes(std::uint64_t bytes) {
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

bool memory(const std::string& name, const std::vector<std::string>& argv, bool is_distinct,
            std::uint64_t most) {
    const auto peak = [&](std::uint64_t hosts) {
        return run_fed(argv, [&](int fd) { feed(fd, hosts, is_distinct); }).peak_rss;
    };
    const std::uint64_t few = peak(most / 10);
    const std::uint64_t many = peak(most);
    const bool is_met = static_cast<double>(many) <= static_cast<double>(few) * allowed_growth;
    print_figure(fmt::format("{}, peak RSS at {} hosts", name, most / 10), megabytes(few));
    print_figure(fmt::format("{}, peak RSS at {} hosts", name, most), megabytes(many),
                 fmt::format("at most {:.1f} times that", allowed_growth), is_met);
    return is_met;
}

}  // namespace

bool inventory(const std::filesystem::path& command, int rounds) {
    fmt::print(
        "check --inventory: 1000000 hosts of 2000 combinations, {} cores with a load of {:.1f}, "
        "medians "
        "of {}\n",
        std::thread::hardware_concurrency(), load(), rounds);
    const auto check = [&](const std::string& file, bool json) {
        std::vector<std::string> argv = {command, "check", "--inventory", file};
        if (json)
            argv.emplace_back("--json");
        return argv;
    };
    bool is_met = true;
    {
        const Inventory fleet(million, false);
        const Figures all = measure(check(fleet.path(), true), fleet.path(), false, rounds);
        is_met = all.rate >= required_rate;
        print("--json on all cores", all, required_rate);
        print("--json on one core", measure(check(fleet.path(), true), fleet.path(), true, rounds),
              0);
        print("summary on all cores",
              measure(check(fleet.path(), false), fleet.path(), false, rounds), 0);
    }
    {
        const Inventory hostile(million, true);
        print("each host distinct, --json on all cores",
              measure(check(hostile.path(), true), hostile.path(), false, 1), 0);
    }
    is_met = memory("--json", check("-", true), false, 10 * million) && is_met;
    is_met = memory("each host distinct", check("-", true), true, 2 * million) && is_met;
    return is_met;
}

}  // namespace command_bench
