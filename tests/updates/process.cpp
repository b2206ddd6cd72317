// SPDX-License-Identifier: GPL-2.0-or-later
#include "process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "support/fake_host.hpp"

namespace updates {

namespace {

[[noreturn]] void become(const Arguments& argv, const std::string& input, const std::string& log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int in = open(input.c_str(), O_RDONLY);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

pid_t start(const Arguments& argv, const std::string& input, const std::string& log) {
    const pid_t pid = fork();
    if (pid < 0) {
        throw std::runtime_error("fork failed");
    }
    if (pid == 0) {
        become(argv, input, log);
    }
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string read_all(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace

Process::Process(const Arguments& argv, const std::string& log)
    : pid_(start(argv, "/dev/null", log)), log_(log) {}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), log_(std::move(other.log_)) {}

Process::~Process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        wait_for(pid_);
    }
}

int Process::wait() {
    return wait_for(std::exchange(pid_, 0));
}

std::string Process::log() const {
    return read_all(log_);
}

Ended run(const Arguments& argv, const std::string& input) {
    const netpoll_shim::test::TempDirectory folder;
    const std::string in = folder.path() / "in";
    const std::string out = folder.path() / "out";
    std::ofstream(in) << input;
    Ended ended;
    ended.exit_code = wait_for(start(argv, in, out));
    ended.out = read_all(out);
    return ended;
}

}  // namespace updates
