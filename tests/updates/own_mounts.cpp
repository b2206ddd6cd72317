// SPDX-License-Identifier: GPL-2.0-or-later
#include "own_mounts.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <fstream>
#include <stdexcept>

namespace updates {

namespace {

bool unshare_mounts() {
    const uid_t uid = geteuid();
    const gid_t gid = getegid();
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWNS | CLONE_NEWUSER) != 0) {
            return false;
        }
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
        std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1";
    }
    return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

std::string guarded(const std::function<std::string()>& work) {
    try {
        return work();
    } catch (const std::exception& error) {
        return error.what();
    }
}

constexpr int not_possible = 77;

}  // namespace

std::optional<std::string> in_own_mounts(const std::function<std::string()>& work) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("pipe failed");
    }
    const pid_t pid = fork();
    if (pid == 0) {
        if (!unshare_mounts()) {
            _exit(not_possible);
        }
        const std::string wrong = guarded(work);
        const bool is_written =
            write(ends[1], wrong.data(), wrong.size()) == static_cast<ssize_t>(wrong.size());
        _exit(is_written ? 0 : 1);
    }
    close(ends[1]);
    std::string wrong;
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = read(ends[0], buffer.data(), buffer.size())) > 0;) {
        wrong.append(buffer.data(), static_cast<std::size_t>(count));
    }
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == not_possible) {
        return std::nullopt;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        wrong += "the process did not come to its end";
    }
    return wrong;
}

void mount_empty(const std::string& path, const std::string& options) {
    if (mount("tmpfs", path.c_str(), "tmpfs", 0, options.c_str()) != 0) {
        throw std::runtime_error("cannot mount on " + path);
    }
}

}  // namespace updates
