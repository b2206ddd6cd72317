// SPDX-License-Identifier: GPL-2.0-or-later
// What an updated database costs a check: reading it, verifying its signature, decoding its JSON in
// place of the embedded TOML. In mounts of its own, where /var/lib and /etc are the bench's.
#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "command_bench.hpp"

namespace command_bench {

namespace {

namespace fs = std::filesystem;

constexpr double required_milliseconds = 2;
constexpr int not_met = 3;

void own_mounts() {
    const uid_t uid = geteuid();
    const gid_t gid = getegid();
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWNS | CLONE_NEWUSER) != 0)
            throw std::runtime_error("no mounts of its own");
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
        std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1";
    }
    bool is_done = mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    for (const char* folder : {"/var/lib", "/etc"})
        is_done = is_done && mount("tmpfs", folder, "tmpfs", 0, nullptr) == 0;
    if (!is_done)
        throw std::runtime_error("no mounts of its own");
}

void shell(const std::string& script) {
    if (std::system(("set -e; exec >/dev/null; " + script).c_str()) != 0)
        throw std::runtime_error("failed: " + script);
}

// Publishes the command's own data with a higher serial, and updates to it.
void update(const std::string& command) {
    shell(
        fmt::format("cd /var/lib; mkdir -p mirror /etc/netpoll-shim/keys.d; "
                    "minisign -G -W -p /etc/netpoll-shim/keys.d/bench.pub -s bench.key; "
                    "{0} db build --serial 999999 --expires 2099-01-01 "
                    "--output mirror/drivers-db.json; "
                    "{0} db sign mirror/drivers-db.json --key bench.key; "
                    "{0} db update --from mirror",
                    command));
}

bool measure(const fs::path& command, int rounds) {
    const fs::path state = "/var/lib/netpoll-shim";
    const fs::path aside = "/var/lib/aside";
    std::vector<double> with;
    std::vector<double> without;
    for (int i = 0; i < rounds * 20; i++) {
        with.push_back(run({command, "check"}).cpu_seconds);
        fs::rename(state, aside);
        without.push_back(run({command, "check"}).cpu_seconds);
        fs::rename(aside, state);
    }
    const double milliseconds = (median(with) - median(without)) * 1000;
    const bool is_met = milliseconds <= required_milliseconds;
    print_figure("CPU time that an updated database adds", fmt::format("{:.2f} ms", milliseconds),
                 fmt::format("at most {} ms", required_milliseconds), is_met);
    return is_met;
}

}  // namespace

bool database(const fs::path& command, const fs::path& static_command, int rounds) {
    fmt::print("check with an updated database, median of {} runs\n", rounds * 20);
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        int status = 1;
        try {
            own_mounts();
            update(command);
            const bool is_met = measure(command, rounds);
            fmt::print("the static command\n");
            status = measure(static_command, rounds) && is_met ? 0 : not_met;
        } catch (const std::exception& error) {
            fmt::print(stderr, "command_bench: {}\n", error.what());
        }
        std::fflush(stdout);
        _exit(status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != not_met))
        throw std::runtime_error("the database was not measured");
    return WEXITSTATUS(status) == 0;
}

}  // namespace command_bench
