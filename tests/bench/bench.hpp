// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "rig.hpp"

namespace bench {

// A hook, and the kernel and driver that it is measured on.
struct Subject {
    const char* name;
    const char* policy;   // mode of the shim; "" is without it
    const char* variant;  // of the ENA driver; "" is the kernel's own
    // Instead of the shim: the hook that schedules every NAPI.
    bool schedules = false;
};

// Brings the guest's NIC up and attaches netconsole by the subject's means; then
// nothing is printed to the serial console any more, whose slowness would be all
// that is measured. Returns the interface.
std::string prepare(rig::Guest& guest, const Subject& subject, std::uint16_t port);

// What tests/guest/crash_burst.c says of a burst that does not panic; interrupts
// are off for `silence_ms` before it.
struct Burst {
    double nanoseconds = 0;
    std::uint64_t packets_received = 0;
};
Burst print_burst(rig::Guest& guest, const std::string& interface, int lines, int silence_ms = 0);

double median(std::vector<double> values);

// Time and CPU time of a line while the ring is full.
void line_cost(const rig::Rig& legacy, const rig::Rig& current, int rounds);
// What a class C driver receives while netpoll polls it.
void received_in_polls(const rig::Rig& legacy, int rounds);
// Ordinary RX and TX with the shim idle.
void throughput(const rig::Rig& legacy, int rounds);

}  // namespace bench
