// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include <stdexcept>
#include <thread>

#include "bench.hpp"
#include "datagram_flood.hpp"
#include "udp_receiver.hpp"

namespace bench {
namespace {

constexpr int lines = 20000;
constexpr int ring = 1024;
constexpr int silence_ms = 1000;  // in which the RX ring fills up

struct Received {
    std::vector<double> packets;
    int hangs = 0;
};

void measure(const rig::Rig& rig, const Subject& subject, Received& received) {
    const rig::UdpReceiver receiver;
    rig::Guest guest = rig.boot({.ring_size = ring});
    const std::string interface = prepare(guest, subject, receiver.port());
    const rig::DatagramFlood flood(guest.port_into_guest(), 20000);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    try {
        received.packets.push_back(
            static_cast<double>(print_burst(guest, interface, lines, silence_ms).packets_received));
    } catch (const std::runtime_error&) {
        ++received.hangs;
    }
}

}  // namespace

void received_in_polls(const rig::Rig& legacy, int rounds) {
    struct Row {
        Subject subject;
        Received received = {};
    };
    std::vector<Row> rows = {{{"drain, class A driver", "drain", ""}},
                             {{"drain, class C driver (budget 0)", "drain", "rx-at-budget-0"}},
                             {{"guard, class C driver (budget 1)", "guard", "rx-at-budget-0"}}};
    for (int round = 0; round < rounds; ++round)
        for (Row& row : rows)
            measure(legacy, row.subject, row.received);

    fmt::print(
        "\n== packets received inside netpoll: {} lines, interrupts off, 20,000 datagrams a "
        "second, 1 CPU; medians of {} rounds\n",
        lines, rounds);
    for (const Row& row : rows)
        fmt::print(
            "{:<36}{:>10}{}\n", row.subject.name,
            row.received.packets.empty() ? "-"
                                         : fmt::format("{:.0f}", median(row.received.packets)),
            row.received.hangs ? fmt::format("   hangs: {} of {}", row.received.hangs, rounds)
                               : "");
}

}  // namespace bench
