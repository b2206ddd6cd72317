// SPDX-License-Identifier: GPL-2.0-or-later
#include "image_scenario.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>

using std::chrono::seconds;

namespace {

std::size_t place_of(const std::vector<std::string>& lines, const std::string& text) {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
    });
    return static_cast<std::size_t>(found - lines.begin());
}

}  // namespace

const rig::Options* ImageScenario::options_ = nullptr;

rig::Guest& ImageScenario::boot(const rig::Image& image, const std::string& release,
                                const std::string& kernel_arguments) {
    guest_.reset();  // no two guests' lines at one receiver
    guest_.reset(
        new rig::Guest(rig::boot_image(options(), image, release, receiver_.port(),
                                       {.cpus = 2, .kernel_arguments = kernel_arguments})));
    const auto reached = guest().run(
        "until systemctl -q is-active multi-user.target; do sleep 0.2; done; "
        "until [ \"$(systemctl is-system-running)\" != starting ]; do sleep 0.2; done; uname -r",
        seconds(600));
    EXPECT_EQ(reached.output, release + "\n");
    return guest();
}

void ImageScenario::expect_served_before_netconsole() {
    std::istringstream text(guest().must("dmesg"));
    std::vector<std::string> log;
    for (std::string line; std::getline(text, line);)
        log.push_back(line);
    const auto loaded = place_of(log, "] netpoll_shim: version ");
    const auto served = place_of(log, "): serving, mode drain");
    const auto attaches = place_of(log, "] netpoll: netconsole: ");
    const auto attached = place_of(log, "netconsole: network logging started");
    EXPECT_LT(loaded, attaches) << text.str();
    EXPECT_LT(served, attached) << text.str();
    EXPECT_LT(attached, log.size()) << text.str();

    // The root is mounted by the initramfs, before there is a systemd.
    const auto lines = receiver_.datagrams();
    const auto mounted = place_of(lines, "EXT4-fs (vda): mounted filesystem");
    EXPECT_LT(mounted, lines.size()) << "no line of the early boot among " << lines.size();
    EXPECT_LT(mounted, place_of(lines, " systemd[1]: "));
}

void ImageScenario::expect_panic_arrives() {
    guest().start("echo c >/proc/sysrq-trigger");
    EXPECT_TRUE(guest().ends_within(seconds(120))) << "the guest hangs";
    const auto delivery = rig::compare_delivery(guest().serial_log(), receiver_.datagrams(),
                                                "sysrq: Trigger a crash");
    EXPECT_TRUE(delivery.panic_arrived);
    EXPECT_EQ(delivery.arrived, delivery.printed) << "first missing: " << delivery.first_missing;
    fmt::print("{} of {} lines of the panic arrived\n", delivery.arrived, delivery.printed);
}

void ImageScenario::expect_nothing_arrived() {
    EXPECT_NE(log_lines_with("eth0 doesn't support polling, aborting"), "");
    EXPECT_EQ(receiver_.datagrams().size(), 0U);
}

std::string ImageScenario::log_lines_with(const std::string& text) {
    return guest().run("dmesg | grep -E -e \"" + text + "\"").output;
}
