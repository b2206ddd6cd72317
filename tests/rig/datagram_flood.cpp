// SPDX-License-Identifier: GPL-2.0-or-later
#include "datagram_flood.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace rig {
namespace {

constexpr int slow_datagrams = 10;

}  // namespace

DatagramFlood::DatagramFlood(std::uint16_t port, int per_second)
    : thread_([this, port, per_second] {
          const int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
          sockaddr_in to{};
          to.sin_family = AF_INET;
          to.sin_port = htons(port);
          to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
          const std::array<char, 100> payload{};
          const auto send = [&] {
              sendto(sender, payload.data(), payload.size(), 0, reinterpret_cast<sockaddr*>(&to),
                     sizeof to);
          };
          for (int i = 0; i < slow_datagrams && !stop_; ++i) {
              send();
              std::this_thread::sleep_for(std::chrono::milliseconds(10));
          }
          const auto start = std::chrono::steady_clock::now();
          for (long sent = 0; !stop_; ++sent) {
              std::this_thread::sleep_until(
                  start + std::chrono::nanoseconds(std::chrono::seconds(1)) * sent / per_second);
              send();
          }
          close(sender);
      }) {}

DatagramFlood::~DatagramFlood() {
    stop_ = true;
    thread_.join();
}

}  // namespace rig
