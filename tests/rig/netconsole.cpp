// SPDX-License-Identifier: GPL-2.0-or-later
#include "netconsole.hpp"

#include <fmt/core.h>

#include <regex>
#include <sstream>
#include <stdexcept>

namespace rig {

std::string bring_up_nic(Guest& guest, const std::string& driver, const std::string& variant) {
    guest.must(variant.empty() ? "modprobe " + driver : "insmod /drivers/" + variant + ".ko");
    std::string interface = guest.must("cd /sys/class/net; for d in */device; do dirname $d; done");
    interface.erase(interface.find_last_not_of('\n') + 1);
    if (interface.find('*') != std::string::npos)
        throw std::runtime_error("guest: " + driver + " found no device");
    // More than one ping: some links come up seconds later.
    guest.must(
        fmt::format("ip link set lo up; ip link set {0} up && "
                    "ip addr add 10.0.2.15/24 dev {0} || exit 1\n"
                    "for i in $(seq 10); do ping -c 1 -W 2 10.0.2.2 && exit 0; done; exit 1",
                    interface));
    return interface;
}

CommandResult attach_netconsole(Guest& guest, const std::string& interface, std::uint16_t port) {
    // 52:55:0a:00:02:02 is the gateway of QEMU's user network.
    return guest.run(
        fmt::format("modprobe netconsole || exit 1\n"
                    "mkdir -p /sys/kernel/config/netconsole/rig && "
                    "cd /sys/kernel/config/netconsole/rig || exit 1\n"
                    "echo {} >dev_name; echo 10.0.2.15 >local_ip; echo 10.0.2.2 >remote_ip\n"
                    "echo {} >remote_port; echo 52:55:0a:00:02:02 >remote_mac\n"
                    "echo 1 >enabled",
                    interface, port));
}

void pin_interrupts(Guest& guest, const std::string& interface, int cpu) {
    // The change takes effect with the next interrupt: the ping makes one.
    guest.must(
        fmt::format("for irq in $(ls /sys/class/net/{}/device/msi_irqs); do "
                    "echo {:x} >/proc/irq/$irq/smp_affinity || exit 1; done; "
                    "ping -c 8 -i 0.01 10.0.2.2 >/dev/null",
                    interface, 1U << cpu));
}

void lift_byte_queue_limits(Guest& guest, const std::string& interface) {
    guest.must(
        fmt::format("for limit in /sys/class/net/{}/queues/tx-*/byte_queue_limits/limit_min; do "
                    "if [ -e $limit ]; then echo 1000000 >$limit; fi; done; "
                    "for i in 1 2 3 4; do echo warm-up >/dev/kmsg; usleep 20000; done",
                    interface));
}

void detach_netconsole(Guest& guest) {
    guest.must("rmdir /sys/kernel/config/netconsole/rig");
}

Delivery compare_delivery(const std::string& serial_log, const std::vector<std::string>& datagrams,
                          const std::string& first) {
    // Not what systemd says, "[  OK  ]", or the firmware, after the reboot. A prompt may be before.
    const std::regex of_kernel(R"(\[ *[0-9]+\.[0-9]{6}\] .*)");
    Delivery delivery;
    auto next = datagrams.begin();
    std::istringstream log(serial_log);
    for (std::string line; std::getline(log, line);) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        const bool of_burst = line.find("] burst line ") != std::string::npos;
        if (delivery.printed == 0 && line.find(first) == std::string::npos)
            continue;
        std::smatch of_line;
        if (!std::regex_search(line, of_line, of_kernel))
            continue;
        line = of_line.str();
        ++delivery.printed;

        // Order is kept: what is found behind a gap means that the gap is lost.
        auto found = next;
        while (found != datagrams.end() && *found != line + "\n")
            ++found;
        if (found == datagrams.end()) {
            if (delivery.first_missing.empty())
                delivery.first_missing = line;
            continue;
        }
        next = found + 1;
        ++delivery.arrived;
        if (of_burst)
            ++delivery.burst_arrived;
        if (line.find("Kernel panic - not syncing") != std::string::npos)
            delivery.panic_arrived = true;
    }
    return delivery;
}

}  // namespace rig
