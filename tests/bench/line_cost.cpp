// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "bench.hpp"
#include "udp_receiver.hpp"

namespace bench {
namespace {

constexpr int lines = 10000;
constexpr int ring = 256;

struct Cost {
    std::vector<double> time;
    std::vector<double> cpu_time;
    std::vector<double> arrived;
};

void measure(const rig::Rig& rig, const Subject& subject, Cost& cost) {
    rig::UdpReceiver receiver;
    rig::Guest guest = rig.boot({.ring_size = ring});
    const std::string interface = prepare(guest, subject, receiver.port());
    const auto cpu_before = guest.cpu_time();
    const Burst burst = print_burst(guest, interface, lines);
    const std::chrono::duration<double, std::micro> cpu = guest.cpu_time() - cpu_before;

    std::size_t arrived = 0;
    for (const std::string& datagram : receiver.datagrams())
        arrived += datagram.find("] burst line ") != std::string::npos;
    cost.time.push_back(burst.nanoseconds / 1000 / lines);
    cost.cpu_time.push_back(cpu.count() / lines);
    cost.arrived.push_back(static_cast<double>(arrived));
}

}  // namespace

void line_cost(const rig::Rig& legacy, const rig::Rig& current, int rounds) {
    struct Row {
        const rig::Rig& rig;
        Subject subject;
        Cost cost = {};
    };
    // The first is what the others are compared with.
    std::vector<Row> rows = {{current, {"the core of 4.19 and later itself", "", ""}},
                             {legacy, {"drain", "drain", ""}},
                             {legacy, {"guard, class C driver", "guard", "rx-at-budget-0"}},
                             {legacy, {"attach (the empty hook)", "attach", ""}},
                             {legacy, {"napi_schedule (the bad example)", "", "", true}}};
    for (int round = 0; round < rounds; ++round)
        for (Row& row : rows)
            measure(row.rig, row.subject, row.cost);

    fmt::print(
        "\n== a line while the ring ({}) is full: {} lines, interrupts off, 1 CPU; "
        "medians of {} rounds\n",
        ring, lines, rounds);
    fmt::print("{:<36}{:>10}{:>8}{:>10}{:>8}{:>10}\n", "", "time us", "ratio", "CPU us", "ratio",
               "arrived");
    const double time = median(rows.front().cost.time);
    const double cpu_time = median(rows.front().cost.cpu_time);
    for (const Row& row : rows)
        fmt::print("{:<36}{:>10.1f}{:>8.2f}{:>10.1f}{:>8.2f}{:>10.0f}\n", row.subject.name,
                   median(row.cost.time), median(row.cost.time) / time, median(row.cost.cpu_time),
                   median(row.cost.cpu_time) / cpu_time, median(row.cost.arrived));
}

}  // namespace bench
