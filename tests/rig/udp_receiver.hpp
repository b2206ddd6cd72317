// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rig {

// Collects every datagram that arrives at a UDP port of 127.0.0.1, in order.
class UdpReceiver {
  public:
    UdpReceiver();
    UdpReceiver(const UdpReceiver&) = delete;
    UdpReceiver& operator=(const UdpReceiver&) = delete;
    ~UdpReceiver();

    std::uint16_t port() const { return port_; }

    // Everything received so far, the socket's buffer included. Throws if this
    // host's kernel dropped a datagram: then no count means anything.
    std::vector<std::string> datagrams();

  private:
    void receive();
    bool take_one();

    int socket_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::vector<std::string> datagrams_;
    std::uint32_t dropped_ = 0;
    std::thread thread_;
};

}  // namespace rig
