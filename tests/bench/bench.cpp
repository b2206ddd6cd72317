// SPDX-License-Identifier: GPL-2.0-or-later
// What the hook costs. Machines differ and are shared, so what counts are the
// ratios within one run; medians of some rounds, subjects in turn.
#include "bench.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>

#include "netconsole.hpp"

namespace bench {

std::string prepare(rig::Guest& guest, const Subject& subject, std::uint16_t port) {
    std::string interface = rig::bring_up_nic(guest, "ena", subject.variant);
    if (*subject.policy)
        guest.must(fmt::format("modprobe netpoll_shim policy=ena={}", subject.policy));
    if (subject.schedules)
        guest.must("modprobe bad_hook interface=" + interface);
    if (rig::attach_netconsole(guest, interface, port).status != 0)
        throw std::runtime_error(fmt::format("{}: netconsole does not attach", subject.name));
    guest.must("sleep 0.3; echo N >/sys/class/tty/ttyS0/console");
    return interface;
}

Burst print_burst(rig::Guest& guest, const std::string& interface, int lines, int silence_ms) {
    guest.must(
        fmt::format("insmod $(find /lib/modules -name crash_burst.ko) lines={} then_panic=0 "
                    "silence_ms={} interface={} && rmmod crash_burst",
                    lines, silence_ms, interface));
    const std::string line = guest.must("dmesg | grep 'burst: ' | tail -n 1");
    Burst burst;
    unsigned long long packets = 0;
    if (std::sscanf(line.c_str() + line.find("burst: "), "burst: %*u lines, %lf ns, %llu packets",
                    &burst.nanoseconds, &packets) != 2)
        throw std::runtime_error("crash_burst says: " + line);
    burst.packets_received = packets;
    return burst;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace bench

int main(int argc, char** argv) {
    const rig::Options legacy_options = rig::take_options(argc, argv);
    rig::Options current_options = legacy_options;
    current_options.build /= "current";
    int rounds = 5;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--current-tree") == 0)
            current_options.kernel_tree = argv[i + 1];
        if (std::strcmp(argv[i], "--rounds") == 0)
            rounds = std::atoi(argv[i + 1]);
    }
    if (current_options.kernel_tree == legacy_options.kernel_tree || rounds < 1) {
        fmt::print(stderr, "bench: --current-tree DIR is missing, or --rounds is not a number\n");
        return 2;
    }
    try {
        const rig::Rig legacy(legacy_options);
        const rig::Rig current(current_options);
        bench::received_in_polls(legacy, rounds);
        bench::line_cost(legacy, current, rounds);
        bench::throughput(legacy, rounds);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench: {}\n", error.what());
        return 1;
    }
}
