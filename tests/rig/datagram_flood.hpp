// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace rig {

// Sends small datagrams to a UDP port of 127.0.0.1 at a steady rate while this
// object lives. The first few come slowly: an interrupt that was given to another
// CPU moves when it comes, and under full load it may never come.
class DatagramFlood {
  public:
    DatagramFlood(std::uint16_t port, int per_second);
    DatagramFlood(const DatagramFlood&) = delete;
    DatagramFlood& operator=(const DatagramFlood&) = delete;
    ~DatagramFlood();

  private:
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

}  // namespace rig
