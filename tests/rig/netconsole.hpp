// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "guest.hpp"

namespace rig {

// Loads the driver of the guest's NIC, or the variant of it that --driver gave
// that name, and brings its one interface up as 10.0.2.15. Returns the
// interface's name.
std::string bring_up_nic(Guest& guest, const std::string& driver, const std::string& variant = "");

// Loads netconsole and attaches a target on `interface` that sends to `port`
// of this host. The result is that of enabling it: a kernel that demands the
// hook answers with error 524.
CommandResult attach_netconsole(Guest& guest, const std::string& interface, std::uint16_t port);

// Moves all interrupts of the interface's device to one CPU. A crash there then
// has no other CPU that reclaims TX for it.
void pin_interrupts(Guest& guest, const std::string& interface, int cpu);

// Drivers that keep byte queue limits (BQL; ENA in 6.1 does) stop a queue long
// before its ring is full. Lifts the limits, so that only the ring counts. A
// target must be attached: the change takes effect with completions.
void lift_byte_queue_limits(Guest& guest, const std::string& interface);

// Disables the target; netpoll lets go of the device.
void detach_netconsole(Guest& guest);

// What became of a crash burst (tests/guest/crash_burst.c), or of any other lines.
struct Delivery {
    std::size_t printed = 0;        // kernel's lines of the guest's serial log from the first on
    std::size_t arrived = 0;        // of these, outside the guest, in order
    std::size_t burst_arrived = 0;  // lines of the burst itself that arrived
    bool panic_arrived = false;     // "Kernel panic - not syncing"
    std::string first_missing;      // empty if everything arrived
};

// Compares the serial log, which needs no netpoll, with what came by UDP, beginning with
// the first line that holds `first`.
Delivery compare_delivery(const std::string& serial_log, const std::vector<std::string>& datagrams,
                          const std::string& first = "] burst line ");

}  // namespace rig
