// SPDX-License-Identifier: GPL-2.0-or-later
// What the packages add to a boot: the same Debian image without and with them, in turn.
#include <fmt/core.h>

#include <algorithm>
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

// From the kernel's start until systemd has nothing more to start.
double boot_seconds(const rig::Options& options, const rig::Image& image) {
    rig::Guest guest = rig::boot_image(options, image, rig::kernel_releases(image).front(),
                                       std::nullopt, {.cpus = 2});
    return std::stod(guest.must("until finish=$(systemctl show --value -p "
                                "FinishTimestampMonotonic) && [ \"$finish\" != 0 ]; do\n"
                                "sleep 0.5; done; echo $finish")) /
           1e6;
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
        std::vector<double> seconds_without;
        std::vector<double> seconds_with;
        std::vector<double> ratios;
        for (int round = 0; round < rounds; ++round) {
            seconds_without.push_back(boot_seconds(options, without));
            seconds_with.push_back(boot_seconds(options, with));
            ratios.push_back(seconds_with.back() / seconds_without.back());
        }
        fmt::print(
            "boot of a Debian image, netconsole in its initramfs without a target, 2 CPUs "
            "(emulated), medians of {} rounds\n"
            "without the packages {:28.1f} s\nwith them {:39.1f} s\n"
            "ratio {:43.2f}   (of single rounds {:.2f} to {:.2f})\n",
            rounds, median(seconds_without), median(seconds_with),
            median(seconds_with) / median(seconds_without),
            *std::min_element(ratios.begin(), ratios.end()),
            *std::max_element(ratios.begin(), ratios.end()));
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "boot_bench: {}\n", error.what());
        return 1;
    }
}
