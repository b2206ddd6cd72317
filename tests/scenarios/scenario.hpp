// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "datagram_flood.hpp"
#include "netconsole.hpp"
#include "rig.hpp"
#include "udp_receiver.hpp"

// A guest, a receiver outside of it, and the words that scenarios are written
// in. The module is loaded by its file, so that what a scenario says of the
// module does not rest on the command.
class Scenario : public testing::Test {
  public:
    static void use(const rig::Rig& rig) { rig_ = &rig; }

  protected:
    rig::Guest& boot(const rig::GuestConfig& config = {});
    rig::Guest& boot(const rig::GuestConfig& config, const std::filesystem::path& initramfs);
    rig::Guest& guest() { return *guest_; }
    const rig::Rig& rig() const { return *rig_; }

    // Boots, brings the NIC up, loads the module with the mode for its driver
    // and attaches netconsole, which must succeed. `variant` is a driver given
    // by --driver instead of the kernel tree's own.
    void serve(const std::string& mode, const rig::GuestConfig& config = {},
               const std::string& variant = "");
    rig::CommandResult load_shim(const std::string& parameters);
    void unload_shim();
    rig::CommandResult attach_netconsole();
    // Until all polls are over that began before netpoll attached.
    void wait_until_ready();

    // From outside, 20,000 datagrams a second until the scenario ends. Returns when
    // they arrive.
    void flood_the_guest();
    void wait_for_traffic();

    // Lines of the guest's kernel log that hold `text`.
    std::string log_lines_with(const std::string& text);
    // No warning, no report of a debugging facility, no lockup in the log.
    void expect_clean_log();
    // The device's line in netdev_ops.ko's table, by key.
    std::map<std::string, std::string> netdev_ops(const std::string& interface);
    // The counters in sysfs, by name.
    std::map<std::string, long> counters(const std::string& interface);

    rig::UdpReceiver receiver_;
    std::string interface_;

  private:
    static const rig::Rig* rig_;
    std::unique_ptr<rig::Guest> guest_;
    std::optional<rig::DatagramFlood> flood_;
};
