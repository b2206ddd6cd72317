// SPDX-License-Identifier: GPL-2.0-or-later
// What the packages add to a boot: the same Debian image without and with them, in turn.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <vector>

#include "image.hpp"
#include "options.hpp"

namespace {

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Boots {
    std::vector<double> seconds;      // from the kernel's start until systemd has started all
    std::vector<double> cpu_seconds;  // of the emulator until then, less at the mercy of others
};

void boot(const rig::Options& options, const rig::Image& image, Boots& boots) {
    rig::Guest guest = rig::boot_image(options, image, rig::kernel_releases(image).front(),
                                       std::nullopt, {.cpus = 2});
    const std::string finish = guest.must(
        "until finish=$(systemctl show --value -p FinishTimestampMonotonic) && "
        "[ \"$finish\" != 0 ]; do sleep 0.5; done; echo $finish");
    boots.cpu_seconds.push_back(std::chrono::duration<double>(guest.cpu_time()).count());
    boots.seconds.push_back(std::stod(finish) / 1e6);
}

void print_row(const char* name, const std::vector<double>& without,
               const std::vector<double>& with) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < with.size(); ++i)
        ratios.push_back(with[i] / without[i]);
    fmt::print("{:<10}{:>14.1f} s{:>10.1f} s{:>8.2f}   ({:.2f} to {:.2f})\n", name, median(without),
               median(with), median(with) / median(without),
               *std::min_element(ratios.begin(), ratios.end()),
               *std::max_element(ratios.begin(), ratios.end()));
}

}  // namespace

int main(int argc, char** argv) {
    const rig::Options options = rig::take_options(argc, argv);
    int rounds = 5;
    for (int i = 1; i + 1 < argc; i += 2)
        if (std::strcmp(argv[i], "--rounds") == 0)
            rounds = std::atoi(argv[i + 1]);
    try {
        const rig::Image without = rig::build_image(options, "plain");
        const rig::Image with = rig::build_image(options, "packages");
        Boots boots_without;
        Boots boots_with;
        for (int round = 0; round < rounds; ++round) {
            boot(options, without, boots_without);
            boot(options, with, boots_with);
        }
        fmt::print(
            "\n== boot of a Debian image without and with the packages; netconsole in its "
            "initramfs, no target, 2 CPUs; medians of {} rounds\n"
            "{:<10}{:>16}{:>12}{:>8}   (of single rounds)\n",
            rounds, "", "without", "with", "ratio");
        print_row("time", boots_without.seconds, boots_with.seconds);
        print_row("CPU time", boots_without.cpu_seconds, boots_with.cpu_seconds);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "boot_bench: {}\n", error.what());
        return 1;
    }
}
