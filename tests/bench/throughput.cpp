// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include <array>
#include <thread>

#include "bench.hpp"
#include "netconsole.hpp"
#include "tcp_peer.hpp"
#include "udp_receiver.hpp"

namespace bench {
namespace {

constexpr auto interval = std::chrono::seconds(2);

// The last is the first once more: how far the two differ is what means nothing.
constexpr std::array states = {"not loaded", "loaded", "loaded, netconsole attached",
                               "the same, wrapper in place", "not loaded any more"};

struct Rate {
    std::vector<double> by_time;      // bytes a second
    std::vector<double> by_cpu_time;  // bytes a second of the guest's CPU time
};

double byte_counter(rig::Guest& guest, const std::string& interface, const char* direction) {
    return std::stod(
        guest.must(fmt::format("cat /sys/class/net/{}/statistics/{}_bytes", interface, direction)));
}

void measure(rig::Guest& guest, const std::string& interface, const char* direction,
             const std::string& transfer, Rate& rate) {
    guest.must(transfer + " & echo $! >/tmp/transfer; sleep 0.3");
    const auto cpu_before = guest.cpu_time();
    const auto time_before = std::chrono::steady_clock::now();
    const double bytes_before = byte_counter(guest, interface, direction);
    std::this_thread::sleep_for(interval);
    const double bytes = byte_counter(guest, interface, direction) - bytes_before;
    const std::chrono::duration<double> cpu = guest.cpu_time() - cpu_before;
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - time_before;
    guest.must("kill $(cat /tmp/transfer)");
    rate.by_time.push_back(bytes / time.count());
    rate.by_cpu_time.push_back(bytes / cpu.count());
}

void enter(rig::Guest& guest, std::size_t state, const std::string& interface, std::uint16_t port) {
    switch (state) {
        case 0:
            break;
        case 1:
            guest.must("modprobe netpoll_shim policy=ena=drain");
            break;
        case 2:
            if (rig::attach_netconsole(guest, interface, port).status != 0)
                throw std::runtime_error("throughput: netconsole does not attach");
            guest.must("sleep 0.3");
            break;
        case 3:
            print_burst(guest, interface, 3000);
            break;
        default:
            rig::detach_netconsole(guest);
            guest.must("rmmod netpoll_shim");
    }
}

}  // namespace

void throughput(const rig::Rig& legacy, int rounds) {
    const rig::TcpPeer source(rig::TcpPeer::Direction::sends);
    const rig::TcpPeer sink(rig::TcpPeer::Direction::receives);
    std::array<std::array<Rate, states.size()>, 2> rates;
    for (int round = 0; round < rounds; ++round) {
        const rig::UdpReceiver receiver;
        rig::Guest guest = legacy.boot({.cpus = 2});
        const std::string interface = rig::bring_up_nic(guest, "ena");
        guest.must("echo N >/sys/class/tty/ttyS0/console");
        for (std::size_t state = 0; state < states.size(); ++state) {
            enter(guest, state, interface, receiver.port());
            measure(guest, interface, "rx",
                    fmt::format("nc 10.0.2.2 {} </dev/null >/dev/null 2>&1", source.port()),
                    rates[0][state]);
            measure(guest, interface, "tx",
                    fmt::format("nc 10.0.2.2 {} </dev/zero >/dev/null 2>&1", sink.port()),
                    rates[1][state]);
        }
    }

    fmt::print("\n== ordinary TCP traffic, 2 CPUs; medians of {} rounds, ratios to \"{}\"\n",
               rounds, states[0]);
    fmt::print("{:<32}{:>12}{:>8}{:>14}{:>8}\n", "", "Mbit/s", "ratio", "Mbit/CPU s", "ratio");
    for (std::size_t direction = 0; direction < rates.size(); ++direction)
        for (std::size_t state = 0; state < states.size(); ++state) {
            const auto& base = rates[direction][0];
            const Rate& rate = rates[direction][state];
            fmt::print("{:<4}{:<28}{:>12.1f}{:>8.2f}{:>14.1f}{:>8.2f}\n",
                       direction == 0 ? "RX" : "TX", states[state], median(rate.by_time) * 8 / 1e6,
                       median(rate.by_time) / median(base.by_time),
                       median(rate.by_cpu_time) * 8 / 1e6,
                       median(rate.by_cpu_time) / median(base.by_cpu_time));
        }
}

}  // namespace bench
