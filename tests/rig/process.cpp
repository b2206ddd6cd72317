// SPDX-License-Identifier: GPL-2.0-or-later
#include "process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "work_directory.hpp"

extern char** environ;

namespace rig {
namespace {

pid_t spawn(const std::vector<std::string>& argv, const std::filesystem::path& log,
            const std::filesystem::path& directory) {
    std::vector<char*> arguments;
    for (const auto& argument : argv)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());

    pid_t pid = -1;
    const int error =
        posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw std::system_error(error, std::generic_category(), argv[0]);
    return pid;
}

}  // namespace

Ended run_to_end(const std::vector<std::string>& argv, const std::filesystem::path& directory) {
    const WorkDirectory scratch("run");
    const auto log = scratch.path() / "output";
    const pid_t pid = spawn(argv, log, directory);
    int status = 0;
    if (waitpid(pid, &status, 0) != pid)
        throw std::system_error(errno, std::generic_category(), "waitpid");

    std::ostringstream text;
    text << std::ifstream(log).rdbuf();
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text.str()};
}

std::string run_or_throw(const std::vector<std::string>& argv,
                         const std::filesystem::path& directory) {
    Ended ended = run_to_end(argv, directory);
    if (ended.status != 0) {
        std::string command;
        for (const auto& argument : argv)
            command += argument + " ";
        throw std::runtime_error(command + "failed:\n" + ended.output);
    }
    return std::move(ended.output);
}

Child::Child(const std::vector<std::string>& argv, const std::filesystem::path& log)
    : pid_(spawn(argv, log, ".")) {}

Child::~Child() {
    if (ended_)
        return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

bool Child::ends_within(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!ended_) {
        ended_ = waitpid(pid_, nullptr, WNOHANG) == pid_;
        if (ended_ || std::chrono::steady_clock::now() >= deadline)
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return ended_;
}

std::chrono::nanoseconds Child::cpu_time() const {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0)
        throw std::runtime_error("no CPU clock for a child process");
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace rig
