// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include "util/unique_fd.hpp"

namespace netpoll_shim {

namespace {

constexpr std::size_t most_output = std::size_t{64} << 10U;

struct Pipe {
    UniqueFd read_end{-1};
    UniqueFd write_end{-1};
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return failure(
            fmt::format("cannot make a pipe: {}", std::generic_category().message(errno)));
    }
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

constexpr auto program_folders = "/usr/sbin:/usr/bin:/sbin:/bin";

// Not execvp(3): it gives a program of another architecture to the shell. Returns errno.
int execute(const std::vector<char*>& arguments) {
    const std::string program = arguments.front();
    if (program.find('/') != std::string::npos) {
        execv(program.c_str(), arguments.data());
        return errno;
    }
    std::istringstream folders{program_folders};
    for (std::string folder; std::getline(folders, folder, ':');) {
        execv(fmt::format("{}/{}", folder, program).c_str(), arguments.data());
        if (errno != ENOENT && errno != ENOTDIR) {
            return errno;
        }
    }
    return ENOENT;
}

// In the child; returns errno where the program cannot be started.
int start(const Command& command, int output) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_DFL);
    if (!command.root.empty() && (chroot(command.root.c_str()) != 0 || chdir("/") != 0)) {
        return errno;
    }
    const UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null.valid() || dup2(null.get(), STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0) {
        return errno;
    }
    clearenv();
    setenv("PATH", program_folders, 1);
    setenv("LC_ALL", "C", 1);
    setenv("HOME", "/root", 1);
    std::vector<char*> arguments;
    arguments.reserve(command.arguments.size() + 1);
    for (const std::string& argument : command.arguments) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    return execute(arguments);
}

// Until all writers have gone, or the program has although what it left behind holds the pipe.
Finished follow(pid_t child, int output) {
    Finished finished;
    bool is_over = false;
    std::array<char, 4096> buffer{};
    while (true) {
        pollfd waiting{output, POLLIN, 0};
        constexpr int look_after_ms = 200;
        const int ready = poll(&waiting, 1, look_after_ms);
        if (ready > 0) {
            const ssize_t count = read(output, buffer.data(), buffer.size());
            if (count <= 0) {
                break;
            }
            finished.output.append(buffer.data(), static_cast<std::size_t>(count));
            if (finished.output.size() > 2 * most_output) {
                finished.output.erase(0, finished.output.size() - most_output);
            }
        } else if (is_over) {
            return finished;
        } else if (waitpid(child, &finished.status, WNOHANG) == child) {
            is_over = true;
        }
    }
    while (!is_over && waitpid(child, &finished.status, 0) < 0 && errno == EINTR) {
    }
    return finished;
}

}  // namespace

Result<Finished> run(const Command& command) {
    auto output = make_pipe();
    auto problem = make_pipe();
    if (!output || !problem) {
        return tl::unexpected<Error>(!output ? output.error() : problem.error());
    }
    const pid_t child = fork();
    if (child < 0) {
        return failure(
            fmt::format("cannot start a process: {}", std::generic_category().message(errno)));
    }
    if (child == 0) {
        const int error = start(command, output->write_end.get());
        const bool is_told = write(problem->write_end.get(), &error, sizeof(error)) > 0;
        _exit(is_told ? EXIT_FAILURE : EXIT_FAILURE + 1);
    }
    output->write_end = UniqueFd(-1);
    problem->write_end = UniqueFd(-1);
    const Finished finished = follow(child, output->read_end.get());
    int error = 0;
    if (read(problem->read_end.get(), &error, sizeof(error)) == sizeof(error)) {
        return failure(fmt::format("cannot run {}: {}", command.arguments.front(),
                                   std::generic_category().message(error)),
                       error == ENOEXEC ? "it is for another architecture: do this on a machine of "
                                          "that one"
                                        : "");
    }
    return finished;
}

std::string status_words(int status) {
    return WIFSIGNALED(status) ? fmt::format("was killed by signal {}", WTERMSIG(status))
                               : fmt::format("exited with {}", WEXITSTATUS(status));
}

std::string last_lines(const std::string& output, std::size_t most) {
    std::size_t end = output.size();
    while (end > 0 && output[end - 1] == '\n') {
        end--;
    }
    std::size_t begin = end;
    for (std::size_t lines = 0; begin > 0; begin--) {
        if (output[begin - 1] == '\n' && ++lines == most) {
            break;
        }
    }
    return output.substr(begin, end - begin);
}

}  // namespace netpoll_shim
