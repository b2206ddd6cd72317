// SPDX-License-Identifier: GPL-2.0-or-later
#include "udp_receiver.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace rig {

UdpReceiver::UdpReceiver() : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0)
        throw std::system_error(errno, std::generic_category(), "socket");

    // Room for a whole burst, in case this thread does not run meanwhile.
    const int bytes = 64 << 20;
    if (setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);

    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        const int error = errno;
        close(socket_);
        throw std::system_error(error, std::generic_category(), "bind");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread(&UdpReceiver::receive, this);
}

UdpReceiver::~UdpReceiver() {
    stop_ = true;
    thread_.join();
    close(socket_);
}

bool UdpReceiver::take_one() {
    std::array<char, 2048> text{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec piece{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();

    const std::lock_guard lock(mutex_);
    const ssize_t length = recvmsg(socket_, &message, MSG_DONTWAIT);
    if (length < 0)
        return false;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
            std::memcpy(&dropped_, CMSG_DATA(c), sizeof dropped_);
    datagrams_.emplace_back(text.data(), static_cast<std::size_t>(length));
    return true;
}

void UdpReceiver::receive() {
    while (!stop_) {
        pollfd ready{socket_, POLLIN, 0};
        if (poll(&ready, 1, 50) > 0)
            while (take_one()) {
            }
    }
}

std::vector<std::string> UdpReceiver::datagrams() {
    while (take_one()) {
    }
    const std::lock_guard lock(mutex_);
    if (dropped_ != 0)
        throw std::runtime_error(std::to_string(dropped_) + " datagrams dropped by this host");
    return datagrams_;
}

}  // namespace rig
