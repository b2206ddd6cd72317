// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace rig {

// A connected stream socket, read by the line with a deadline.
class LineSocket {
  public:
    // Connects to a unix socket, waiting until it is there. Throws after `limit`.
    LineSocket(const std::filesystem::path& path, std::chrono::milliseconds limit);
    LineSocket(const LineSocket&) = delete;
    LineSocket& operator=(const LineSocket&) = delete;
    ~LineSocket();

    void send_line(const std::string& line);
    // The next line without its end. Throws if none comes within `limit`.
    std::string read_line(std::chrono::milliseconds limit);

  private:
    int socket_ = -1;
    std::string pending_;
};

// QEMU's monitor.
class Qmp {
  public:
    explicit Qmp(const std::filesystem::path& socket);

    // Returns the command's "return" value; throws on its "error".
    nlohmann::json execute(const std::string& command,
                           const nlohmann::json& arguments = nlohmann::json::object());

  private:
    LineSocket socket_;
};

}  // namespace rig
