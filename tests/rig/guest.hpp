// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "options.hpp"
#include "process.hpp"
#include "qmp.hpp"
#include "work_directory.hpp"

namespace rig {

struct GuestConfig {
    std::string nic = "ena";  // QEMU's device name: ena, e1000, virtio-net-pci
    int cpus = 1;
    int memory_mb = 512;
    int ring_size = 1024;  // of the ENA device
    // Any other properties of QEMU's device, as {{"queues", "1"}, {"tx-delay-us", "500"}}.
    std::map<std::string, std::string> nic_properties;
    // Further NICs that are connected to nothing, as {"vmxnet3", "tulip"}.
    std::vector<std::string> idle_nics;
    // A file system on /dev/vda; the file is left as it is, whatever the guest writes.
    std::filesystem::path disk;
    std::string kernel_arguments;
};

struct CommandResult {
    int status = 0;
    std::string output;  // both outputs, as printed
};

// A kernel with an initramfs, the rig's or that of an image, booted in QEMU. Its network is QEMU's
// user network: the guest is 10.0.2.15, this host's loopback is 10.0.2.2 to it.
class Guest {
  public:
    // Returns when the guest's agent answers; throws with the end of the serial
    // log if it does not.
    Guest(const Options& options, const std::filesystem::path& kernel,
          const std::filesystem::path& initramfs, const GuestConfig& config);

    // Runs a shell script in the guest. Throws if the guest does not answer: a
    // hang is a failure, never a result.
    CommandResult run(const std::string& script,
                      std::chrono::seconds limit = std::chrono::seconds(60));
    // The same, but throws unless the script exits with 0. Returns its output.
    std::string must(const std::string& script);
    // Starts a script that takes the guest down: no answer is waited for.
    void start(const std::string& script);
    // Whether the guest has ended (after a panic: rebooted) within `limit`.
    bool ends_within(std::chrono::seconds limit);

    void set_nic_property(const std::string& name, const nlohmann::json& value);
    std::uint64_t nic_counter(const std::string& name);
    // The host's UDP port whose datagrams reach port 9 (discard) of the guest.
    std::uint16_t port_into_guest() const { return port_into_guest_; }
    // The host's TCP port that is the guest's ssh port.
    std::uint16_t ssh_port() const { return ssh_port_; }
    std::string serial_log() const;
    // CPU time of this host that the guest has used.
    std::chrono::nanoseconds cpu_time() const { return qemu_->cpu_time(); }

  private:
    WorkDirectory directory_;
    std::uint16_t port_into_guest_;
    std::uint16_t ssh_port_;
    std::optional<Child> qemu_;
    std::optional<Qmp> qmp_;
    std::optional<LineSocket> agent_;
};

}  // namespace rig
