// SPDX-License-Identifier: GPL-2.0-or-later
// The Ansible role, twice, on three Debian guests at once.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <regex>
#include <thread>

#include "image_scenario.hpp"
#include "process.hpp"
#include "work_directory.hpp"

using std::chrono::seconds;

class AnsibleRole : public ImageScenario {
  protected:
    static constexpr std::size_t count = 3;

    void SetUp() override {
        const auto image = rig::build_image(options(), "plain");
        const auto release = rig::kernel_releases(image).front();
        rig::run_or_throw({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key()});
        std::ifstream key_file(key() + ".pub");
        std::string public_key;
        std::getline(key_file, public_key);
        for (std::size_t i = 0; i < count; ++i)
            guests_.at(i).reset(new rig::Guest(
                rig::boot_image(options(), image, release, receivers_.at(i).port())));
        for (auto& guest : guests_)
            guest->must("mkdir -p /root/.ssh && echo '" + public_key +
                        "' >/root/.ssh/authorized_keys\n"
                        "until systemctl -q is-active multi-user.target; do sleep 0.2; done");
        write_inventory();
        write_playbook();
    }

    std::string key() const { return scratch_.path() / "key"; }

    void write_inventory() const {
        std::ofstream file(scratch_.path() / "inventory");
        for (std::size_t i = 0; i < count; ++i)
            file << fmt::format(
                "guest{} ansible_port={} "
                "netpoll_shim_netconsole=6665@10.0.2.15/eth0,{}@10.0.2.2/52:55:0a:00:02:02\n",
                i, guests_.at(i)->ssh_port(), receivers_.at(i).port());
        file << "[all:vars]\nansible_host=127.0.0.1\nansible_user=root\nansible_become=false\n"
                "ansible_python_interpreter=/usr/bin/python3\n"
                "ansible_ssh_private_key_file="
             << key() << "\n";
    }

    void write_playbook() const {
        // There is no repository whose lists could be brought up to date.
        std::ofstream file(scratch_.path() / "playbook.yml");
        file << "- hosts: all\n  roles: [netpoll_shim]\n  vars:\n"
                "    netpoll_shim_update_cache: false\n    netpoll_shim_packages:\n";
        for (const auto& entry : std::filesystem::directory_iterator(
                 options().build.parent_path().parent_path() / "packages"))
            if (entry.path().extension() == ".deb")
                file << "      - src: " << entry.path().string() << "\n";
    }

    // Returns how many tasks changed something on each guest; -1 where one failed.
    std::array<int, count> play() {
        const auto start = std::chrono::steady_clock::now();
        const auto played = rig::run_to_end(
            {"env", "ANSIBLE_ROLES_PATH=" + (options().source / "recipes/ansible/roles").string(),
             "ANSIBLE_NOCOLOR=1", "ANSIBLE_HOME=" + (scratch_.path() / "home").string(),
             "ANSIBLE_TIMEOUT=120", "ANSIBLE_HOST_KEY_CHECKING=0", "ANSIBLE_SSH_PIPELINING=1",
             "ANSIBLE_SSH_ARGS=-o UserKnownHostsFile=/dev/null -o ControlMaster=auto "
             "-o ControlPersist=60s -o ServerAliveInterval=30 -o ServerAliveCountMax=40",
             "ansible-playbook", "-i", scratch_.path() / "inventory",
             scratch_.path() / "playbook.yml"});
        EXPECT_EQ(played.status, 0) << played.output;
        fmt::print(
            "{}took {} s\n", played.output.substr(played.output.find("PLAY RECAP")),
            std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now() - start).count());
        std::array<int, count> changes{};
        for (std::size_t i = 0; i < count; ++i) {
            std::smatch recap;
            changes.at(i) =
                std::regex_search(played.output, recap,
                                  std::regex(fmt::format(
                                      "guest{} .*changed=([0-9]+) +unreachable=0 +failed=0 ", i)))
                    ? std::stoi(recap[1])
                    : -1;
        }
        return changes;
    }

    const rig::WorkDirectory scratch_{"ansible"};
    std::array<rig::UdpReceiver, count> receivers_;
    std::array<std::unique_ptr<rig::Guest>, count> guests_;
};

TEST_F(AnsibleRole, SecondRunChangesNothing) {
    for (const int changes : play())
        EXPECT_GT(changes, 0);
    for (const int changes : play())
        EXPECT_EQ(changes, 0);

    for (std::size_t i = 0; i < count; ++i) {
        auto& guest = *guests_.at(i);
        EXPECT_EQ(guest.must("cat /sys/class/net/eth0/netpoll_shim/mode"), "drain\n");
        guest.start("echo c >/proc/sysrq-trigger");
        EXPECT_TRUE(guest.ends_within(seconds(120))) << "guest " << i << " hangs";
        const auto delivery = rig::compare_delivery(
            guest.serial_log(), receivers_.at(i).datagrams(), "sysrq: Trigger a crash");
        EXPECT_TRUE(delivery.panic_arrived) << "guest " << i;
        EXPECT_EQ(delivery.arrived, delivery.printed)
            << "first missing: " << delivery.first_missing;
    }
}
