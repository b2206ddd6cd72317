// SPDX-License-Identifier: GPL-2.0-or-later
#include "scenario.hpp"

#include <fmt/core.h>

#include <chrono>
#include <sstream>
#include <thread>

const rig::Rig* Scenario::rig_ = nullptr;

rig::Guest& Scenario::boot(const rig::GuestConfig& config) {
    return boot(config, rig_->initramfs);
}

rig::Guest& Scenario::boot(const rig::GuestConfig& config, const std::filesystem::path& initramfs) {
    guest_.reset(new rig::Guest(rig_->boot(config, initramfs)));
    // A guest that lost its CPUs would make every multiprocessor case a lie.
    EXPECT_EQ(guest_->must("nproc"), std::to_string(config.cpus) + "\n");
    return *guest_;
}

void Scenario::serve(const std::string& mode, const rig::GuestConfig& config,
                     const std::string& variant) {
    boot(config);
    interface_ = rig::bring_up_nic(guest(), "ena", variant);
    ASSERT_EQ(load_shim("policy=ena=" + mode).status, 0);
    const auto attached = attach_netconsole();
    ASSERT_EQ(attached.status, 0) << attached.output << log_lines_with("netpoll");
    wait_until_ready();
}

void Scenario::wait_until_ready() {
    guest().must("until grep -q 1 /sys/class/net/" + interface_ +
                 "/netpoll_shim/ready; do usleep 10000; done");
}

void Scenario::flood_the_guest() {
    flood_.emplace(guest().port_into_guest(), 20000);
    wait_for_traffic();
}

void Scenario::wait_for_traffic() {
    const auto received = [&] { return guest().nic_counter("stat-rx-packets"); };
    const auto before = received();
    for (int i = 0; i < 50 && received() - before <= 100; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ASSERT_GT(received() - before, 100U) << "there is no traffic";
}

rig::CommandResult Scenario::load_shim(const std::string& parameters) {
    return guest().run("insmod $(find /lib/modules -name netpoll_shim.ko) " + parameters);
}

void Scenario::unload_shim() {
    guest().must("rmmod netpoll_shim");
}

rig::CommandResult Scenario::attach_netconsole() {
    return rig::attach_netconsole(guest(), interface_, receiver_.port());
}

std::string Scenario::log_lines_with(const std::string& text) {
    return guest().run("dmesg | grep -F -e '" + text + "'").output;
}

void Scenario::expect_clean_log() {
    const std::string reports = guest()
                                    .run(
                                        "dmesg | grep -E 'WARNING:|BUG|INFO: |Oops|soft "
                                        "lockup|NOHZ|=====|general protection'")
                                    .output;
    EXPECT_EQ(reports, "");
}

std::map<std::string, std::string> Scenario::netdev_ops(const std::string& interface) {
    std::map<std::string, std::string> values;
    std::istringstream line(guest().must("modprobe netdev_ops; grep '^" + interface +
                                         " ' /sys/module/netdev_ops/parameters/table"));
    for (std::string word; line >> word;)
        if (const auto equals = word.find('='); equals != std::string::npos)
            values[word.substr(0, equals)] = word.substr(equals + 1);
    return values;
}

std::map<std::string, long> Scenario::counters(const std::string& interface) {
    std::map<std::string, long> values;
    std::istringstream lines(
        guest().must(fmt::format("cd /sys/class/net/{}/netpoll_shim && "
                                 "for name in [!m]*; do echo $name $(cat $name); done",
                                 interface)));
    std::string name;
    long value = 0;
    while (lines >> name >> value)
        values[name] = value;
    return values;
}
