// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base64.hpp"

using std::chrono::seconds;

namespace rig {
namespace {

// Usually it is 1 to 2 s; with a debug kernel 10 s, on a busy host a minute.
constexpr seconds boot_limit(180);
// systemd's way takes half a minute.
constexpr seconds disk_boot_limit(900);

// A port that is free now; QEMU takes it a moment later.
std::uint16_t free_port(int type) {
    const int probe = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(probe, reinterpret_cast<sockaddr*>(&address), length);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length);
    close(probe);
    return ntohs(address.sin_port);
}

std::string nic_argument(const GuestConfig& config) {
    std::string nic = config.nic + ",netdev=net0,id=nic0,romfile=,mac=52:54:00:12:34:56";
    if (config.nic == "ena")
        nic += fmt::format(",ring-size={}", config.ring_size);
    for (const auto& [name, value] : config.nic_properties)
        nic += fmt::format(",{}={}", name, value);
    return nic;
}

}  // namespace

Guest::Guest(const Options& options, const std::filesystem::path& kernel,
             const std::filesystem::path& initramfs, const GuestConfig& config)
    : directory_("guest"),
      port_into_guest_(free_port(SOCK_DGRAM)),
      ssh_port_(free_port(SOCK_STREAM)) {
    const auto place = [&](const char* name) { return (directory_.path() / name).string(); };
    std::vector<std::string> argv = {
        // Not even a killed test run leaves a guest behind.
        "setpriv", "--pdeathsig", "KILL", options.qemu,
        // No KVM: on some hosts /dev/kvm exists and hangs the guest.
        "-accel", "tcg,thread=multi", "-M", "pc", "-cpu", "max", "-smp",
        std::to_string(config.cpus), "-m", std::to_string(config.memory_mb), "-nodefaults",
        "-display", "none", "-no-reboot", "-kernel", kernel, "-initrd", initramfs, "-append",
        // panic=-1: a panic ends QEMU at once. no_timer_check: on a busy host the
        // emulated timer is late, and the kernel would give up.
        "console=ttyS0 panic=-1 no_timer_check " + config.kernel_arguments,
        // The console's log and, apart from it, the agent's commands.
        "-serial", "file:" + place("serial.log"), "-chardev",
        "socket,id=agent,server=on,wait=off,path=" + place("agent"), "-serial", "chardev:agent",
        "-chardev", "socket,id=monitor,server=on,wait=off,path=" + place("monitor"), "-mon",
        "chardev=monitor,mode=control", "-netdev",
        fmt::format("user,id=net0,hostfwd=udp:127.0.0.1:{}-10.0.2.15:9,"
                    "hostfwd=tcp:127.0.0.1:{}-10.0.2.15:22",
                    port_into_guest_, ssh_port_),
        "-device", nic_argument(config)};
    if (!config.disk.empty())
        argv.insert(argv.end(),
                    {"-drive", "if=virtio,format=raw,snapshot=on,file=" + config.disk.string()});
    for (const std::string& nic : config.idle_nics)
        argv.insert(argv.end(), {"-device", nic + ",romfile="});
    if (const auto firmware = options.qemu.parent_path() / "firmware";
        std::filesystem::exists(firmware))
        argv.insert(argv.end(), {"-L", firmware});

    qemu_.emplace(argv, place("qemu.log"));
    try {
        qmp_.emplace(place("monitor"));
        agent_.emplace(place("agent"), seconds(10));
        const seconds limit = config.disk.empty() ? boot_limit : disk_boot_limit;
        while (agent_->read_line(limit) != "agent ready") {
        }
    } catch (const std::runtime_error& error) {
        std::ostringstream qemu_log;
        qemu_log << std::ifstream(place("qemu.log")).rdbuf();
        throw std::runtime_error(fmt::format("the guest did not boot: {}\n{}{}", error.what(),
                                             qemu_log.str(), serial_log()));
    }
}

CommandResult Guest::run(const std::string& script, seconds limit) {
    start(script);
    const auto deadline = std::chrono::steady_clock::now() + limit;
    CommandResult result;
    std::string encoded;
    while (true) {
        std::string line;
        try {
            line = agent_->read_line(std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now()));
        } catch (const std::runtime_error& error) {
            const std::string log = serial_log();
            throw std::runtime_error(
                fmt::format("guest: {}\n  while it ran: {}\n  serial log's end:\n{}", error.what(),
                            script, log.substr(log.size() > 3000 ? log.size() - 3000 : 0)));
        }
        if (line.starts_with("status ")) {
            result.status = std::stoi(line.substr(7));
            result.output = base64_decode(encoded);
            return result;
        }
        encoded += line;
    }
}

std::string Guest::must(const std::string& script) {
    const CommandResult result = run(script);
    if (result.status != 0)
        throw std::runtime_error(
            fmt::format("guest: {}: exit {}\n{}", script, result.status, result.output));
    return result.output;
}

void Guest::start(const std::string& script) {
    agent_->send_line(base64_encode(script));
}

bool Guest::ends_within(seconds limit) {
    return qemu_->ends_within(limit);
}

void Guest::set_nic_property(const std::string& name, const nlohmann::json& value) {
    qmp_->execute("qom-set",
                  {{"path", "/machine/peripheral/nic0"}, {"property", name}, {"value", value}});
}

std::uint64_t Guest::nic_counter(const std::string& name) {
    return qmp_->execute("qom-get", {{"path", "/machine/peripheral/nic0"}, {"property", name}});
}

std::string Guest::serial_log() const {
    std::ostringstream text;
    text << std::ifstream(directory_.path() / "serial.log").rdbuf();
    return text.str();
}

}  // namespace rig
