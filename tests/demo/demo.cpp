// SPDX-License-Identifier: GPL-2.0-or-later
// The whole story on a kernel that demands the hook, with a NIC whose driver
// lacks it. What is said to have arrived was counted outside the guest.
#include <fmt/core.h>

#include <exception>

#include "netconsole.hpp"
#include "rig.hpp"
#include "udp_receiver.hpp"

namespace {

constexpr int burst_lines = 3000;

void heading(const std::string& text) {
    fmt::print("\n== {}\n", text);
}

// Runs a command in the guest and shows both as a terminal would.
int show(rig::Guest& guest, const std::string& command) {
    const rig::CommandResult result = guest.run(command);
    fmt::print("guest# {}\n{}", command, result.output);
    if (result.status != 0)
        fmt::print("[exit {}]\n", result.status);
    return result.status;
}

void expect(bool holds, const char* what) {
    if (!holds)
        throw std::runtime_error(what);
}

rig::Delivery crash(rig::Guest& guest, rig::UdpReceiver& receiver) {
    guest.start(fmt::format("modprobe crash_burst lines={}", burst_lines));
    expect(guest.ends_within(std::chrono::seconds(60)), "the guest hangs");
    return rig::compare_delivery(guest.serial_log(), receiver.datagrams());
}

rig::Delivery tell_the_story(const rig::Rig& rig) {
    rig::UdpReceiver receiver;
    rig::Guest guest = rig.boot({});
    const std::string interface = rig::bring_up_nic(guest, "ena");
    const std::string netconsole = fmt::format(
        "modprobe netconsole netconsole=6665@10.0.2.15/{},{}@10.0.2.2/52:55:0a:00:02:02", interface,
        receiver.port());

    heading(fmt::format("Linux {} demands ndo_poll_controller, its ena driver has none",
                        rig.tree.release()));
    expect(show(guest, netconsole) != 0, "netconsole attached without the module");
    show(guest, "dmesg | grep polling");

    heading("netpoll-shim check: what stands in the way, and what helps");
    expect(show(guest, "netpoll-shim check") == 3, "check did not ask for the module");

    heading("netpoll-shim load: does what check concluded");
    expect(show(guest, "netpoll-shim load") == 0, "load failed");

    heading("netconsole attaches");
    expect(show(guest, netconsole) == 0, "netconsole still does not attach");

    heading(fmt::format("interrupts off, {} lines, panic", burst_lines));
    fmt::print("guest# modprobe crash_burst lines={}\n", burst_lines);
    return crash(guest, receiver);
}

// The fix that circulates: an empty hook.
rig::Delivery crash_with_attach(const rig::Rig& rig, bool byte_queue_limits) {
    rig::UdpReceiver receiver;
    rig::Guest guest = rig.boot({});
    const std::string interface = rig::bring_up_nic(guest, "ena");
    guest.must("modprobe netpoll_shim policy=ena=attach");
    expect(rig::attach_netconsole(guest, interface, receiver.port()).status == 0,
           "netconsole does not attach");
    if (!byte_queue_limits)
        rig::lift_byte_queue_limits(guest, interface);
    return crash(guest, receiver);
}

void print_row(const char* hook, const rig::Delivery& delivery) {
    fmt::print("{:<44}{:>6} of {}   {}\n", hook, delivery.burst_arrived, burst_lines,
               delivery.panic_arrived ? "arrived" : "lost");
}

}  // namespace

int main(int argc, char** argv) {
    const rig::Options options = rig::take_options(argc, argv);
    try {
        const rig::Rig rig(options);
        const rig::Delivery drain = tell_the_story(rig);
        const rig::Delivery attach = crash_with_attach(rig, true);
        const rig::Delivery attach_unlimited = crash_with_attach(rig, false);

        heading("what arrived outside the guest, counted there");
        fmt::print("{:<44}{:>14}   {}\n", "hook", "lines", "the panic's own");
        print_row("attach (the empty hook)", attach);
        print_row("attach, byte queue limits lifted: one ring", attach_unlimited);
        print_row("drain (what netpoll-shim load chose)", drain);
        expect(drain.arrived == drain.printed && drain.panic_arrived, "drain lost lines");
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "demo: {}\n", error.what());
        return 1;
    }
}
