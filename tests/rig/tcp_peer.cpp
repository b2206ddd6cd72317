// SPDX-License-Identifier: GPL-2.0-or-later
#include "tcp_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace rig {
namespace {

constexpr int stop_interval_ms = 50;

// Whether `socket` is ready before it is time to look for the end.
bool ready(int socket, short events) {
    pollfd place{socket, events, 0};
    return poll(&place, 1, stop_interval_ms) > 0;
}

}  // namespace

TcpPeer::TcpPeer(Direction direction)
    : direction_(direction), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        listen(socket_, 1) != 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw std::runtime_error("no TCP port on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
        while (!stop_) {
            if (!ready(socket_, POLLIN))
                continue;
            const int client = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (client < 0)
                continue;
            serve(client);
            close(client);
        }
    });
}

TcpPeer::~TcpPeer() {
    stop_ = true;
    thread_.join();
    close(socket_);
}

void TcpPeer::serve(int client) const {
    const bool sends = direction_ == Direction::sends;
    std::string block(65536, 'x');
    while (!stop_) {
        if (!ready(client, sends ? POLLOUT : POLLIN))
            continue;
        const auto done = sends ? send(client, block.data(), block.size(), MSG_NOSIGNAL)
                                : recv(client, block.data(), block.size(), 0);
        if (done <= 0)
            return;
    }
}

}  // namespace rig
