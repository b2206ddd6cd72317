// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace rig {

// The far end of a bulk transfer: a TCP port of 127.0.0.1 that sends without end,
// or swallows everything, one client at a time, while this object lives.
class TcpPeer {
  public:
    enum class Direction { sends, receives };

    explicit TcpPeer(Direction direction);
    TcpPeer(const TcpPeer&) = delete;
    TcpPeer& operator=(const TcpPeer&) = delete;
    ~TcpPeer();

    std::uint16_t port() const { return port_; }

  private:
    void serve(int client) const;

    Direction direction_;
    int socket_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

}  // namespace rig
