// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/sandbox.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "bake/sandbox_mounts.hpp"
#include "bake/write_file.hpp"
#include "util/process.hpp"

namespace netpoll_shim {

namespace {

constexpr std::size_t most_layers = 64;                    // file systems of one image
constexpr std::size_t most_text = std::size_t{64} << 10U;  // of a message; below any socket's limit
constexpr std::size_t most_lines = 20;
constexpr char separator = '\0';

// What the sandbox tells: its layers, or why it failed. Directories go with it as descriptors.
Result<void> send_message(int socket, const std::string& text, const std::vector<Layer>& layers) {
    std::array<char, CMSG_SPACE(most_layers * sizeof(int))> control{};
    std::string bytes = text;
    iovec piece{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    if (!layers.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(layers.size() * sizeof(int));
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(layers.size() * sizeof(int));
        for (std::size_t i = 0; i < layers.size(); i++) {
            const int fd = layers[i].upper.get();
            std::memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof(int));
        }
    }
    if (sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
        return system_failure("the sandbox cannot tell its result", errno);
    }
    return {};
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const auto end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string join_failure(const Error& error) {
    return fmt::format("failed{0}{1}{0}{2}", separator, error.message.substr(0, most_text / 2),
                       error.hint);
}

std::string join_layers(const std::vector<Layer>& layers) {
    std::string text = "done";
    for (const Layer& layer : layers) {
        text += separator;
        // An empty name would not come back.
        text += "/" + layer.below;
    }
    return text;
}

Result<std::vector<Layer>> receive_message(int socket) {
    std::array<char, CMSG_SPACE(most_layers * sizeof(int))> control{};
    std::string text(most_text, '\0');
    iovec piece{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t size = -1;
    do {
        size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size <= 0) {
        return failure("the sandbox for the image's tools died");
    }
    text.resize(static_cast<std::size_t>(size));
    const auto parts = split(text);
    if (parts.at(0) != "done") {
        return failure(parts.size() > 1 ? parts[1] : "", parts.size() > 2 ? parts[2] : "");
    }
    std::vector<Layer> layers;
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    for (std::size_t i = 0; i + 1 < parts.size() && header != nullptr; i++) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
        layers.push_back({parts[i + 1].substr(1), UniqueFd(fd)});
    }
    return layers;
}

Result<void> run_tool(const std::string& merged, const ImageTool& tool) {
    auto finished = run({tool.arguments, merged});
    const std::string what = fmt::format("{}", fmt::join(tool.arguments, " "));
    if (!finished) {
        Error error = std::move(finished).error();
        error.message = fmt::format("in the image: {}", error.message);
        error.hint = error.hint.empty() ? tool.missing_hint : error.hint;
        return tl::unexpected<Error>(std::move(error));
    }
    if (!finished->is_success()) {
        return failure(fmt::format("in the image: {}: {}\n{}", what, status_words(finished->status),
                                   last_lines(finished->output, most_lines)),
                       tool.missing_hint);
    }
    return {};
}

Result<std::vector<Layer>> work(const std::string& directory, const std::vector<PlannedFile>& files,
                                const std::vector<ImageTool>& tools) {
    auto mounts = mount_sandbox(directory);
    if (!mounts) {
        return tl::unexpected<Error>(std::move(mounts).error());
    }
    if (mounts->layers.size() > most_layers) {
        return failure(
            fmt::format("more than {} file systems are mounted below {}", most_layers, directory));
    }
    const auto merged = Root::open(mounts->merged);
    if (!merged) {
        return tl::unexpected<Error>(merged.error());
    }
    for (const PlannedFile& file : files) {
        if (auto written = write_planned(*merged, file); !written) {
            return tl::unexpected<Error>(std::move(written).error());
        }
    }
    for (const ImageTool& tool : tools) {
        if (auto done = run_tool(mounts->merged, tool); !done) {
            return tl::unexpected<Error>(std::move(done).error());
        }
    }
    return std::move(mounts->layers);
}

// The first process of the sandbox: all others end with it.
[[noreturn]] void be_first(int socket, const std::string& directory,
                           const std::vector<PlannedFile>& files,
                           const std::vector<ImageTool>& tools) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto layers = work(directory, files, tools);
    const auto sent = layers ? send_message(socket, join_layers(*layers), *layers)
                             : send_message(socket, join_failure(layers.error()), {});
    _exit(sent ? EXIT_SUCCESS : EXIT_FAILURE);
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// The process that makes the namespaces: that of processes begins with its next child.
[[noreturn]] void be_keeper(int socket, const std::string& directory,
                            const std::vector<PlannedFile>& files,
                            const std::vector<ImageTool>& tools) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS) != 0) {
        const auto failed = system_failure("cannot make a namespace", errno);
        _exit(send_message(socket, join_failure(failed.value()), {}) ? EXIT_FAILURE
                                                                     : EXIT_FAILURE + 1);
    }
    const pid_t first = fork();
    if (first == 0) {
        be_first(socket, directory, files, tools);
    }
    _exit(first > 0 && wait_for(first) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace

Result<std::vector<Layer>> run_in_sandbox(const Root& root, const std::vector<PlannedFile>& files,
                                          const std::vector<ImageTool>& tools) {
    std::array<char, PATH_MAX> resolved{};
    if (realpath(root.directory().c_str(), resolved.data()) == nullptr) {
        return system_failure("cannot find " + root.directory(), errno);
    }
    const std::string directory = resolved.data();
    std::array<int, 2> sockets{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
        return system_failure("cannot make a socket", errno);
    }
    const UniqueFd ours(sockets[0]);
    UniqueFd theirs(sockets[1]);
    const pid_t keeper = fork();
    if (keeper < 0) {
        return system_failure("cannot start a process", errno);
    }
    if (keeper == 0) {
        be_keeper(theirs.get(), directory, files, tools);
    }
    theirs = UniqueFd(-1);
    auto layers = receive_message(ours.get());
    wait_for(keeper);
    return layers;
}

}  // namespace netpoll_shim
