// SPDX-License-Identifier: GPL-2.0-or-later
#include "qmp.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <thread>

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace rig {

LineSocket::LineSocket(const std::filesystem::path& path, milliseconds limit) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.string().size() >= sizeof address.sun_path)
        throw std::runtime_error(path.string() + ": too long for a unix socket");
    std::strcpy(address.sun_path, path.c_str());

    const auto deadline = steady_clock::now() + limit;
    while (true) {
        socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
            return;
        const int error = errno;
        close(socket_);
        if (steady_clock::now() >= deadline)
            throw std::system_error(error, std::generic_category(), path.string());
        std::this_thread::sleep_for(milliseconds(10));
    }
}

LineSocket::~LineSocket() {
    close(socket_);
}

void LineSocket::send_line(const std::string& line) {
    const std::string text = line + "\n";
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t n = send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n < 0)
            throw std::system_error(errno, std::generic_category(), "send");
        sent += static_cast<std::size_t>(n);
    }
}

std::string LineSocket::read_line(milliseconds limit) {
    const auto deadline = steady_clock::now() + limit;
    while (true) {
        if (const auto end = pending_.find('\n'); end != std::string::npos) {
            std::string line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            if (!line.empty() && line.back() == '\r')
                line.pop_back();
            return line;
        }
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()).count();
        pollfd ready{socket_, POLLIN, 0};
        if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) <= 0)
            throw std::runtime_error("no answer within the time limit");
        std::array<char, 65536> buffer{};
        const ssize_t n = recv(socket_, buffer.data(), buffer.size(), 0);
        if (n <= 0)
            throw std::runtime_error("the guest's QEMU closed the connection");
        pending_.append(buffer.data(), static_cast<std::size_t>(n));
    }
}

Qmp::Qmp(const std::filesystem::path& socket) : socket_(socket, milliseconds(10000)) {
    socket_.read_line(milliseconds(10000));  // the greeting
    execute("qmp_capabilities");
}

nlohmann::json Qmp::execute(const std::string& command, const nlohmann::json& arguments) {
    socket_.send_line(nlohmann::json{{"execute", command}, {"arguments", arguments}}.dump());
    while (true) {
        auto answer = nlohmann::json::parse(socket_.read_line(milliseconds(10000)));
        if (answer.contains("return"))
            return answer["return"];
        if (answer.contains("error"))
            throw std::runtime_error("QEMU: " + command + ": " + answer["error"].dump());
        // anything else is an event
    }
}

}  // namespace rig
