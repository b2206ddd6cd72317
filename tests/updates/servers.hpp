// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <string>

#include "process.hpp"

namespace updates {

// A certificate for localhost, made by openssl, in NAME.crt and NAME.key.
struct Certificate {
    std::string certificate;
    std::string key;
};
Certificate make_certificate(const std::string& folder, const std::string& name);

// nginx on two ports of the loopback: https, with what lies in FOLDER/www, and http with the same.
class Nginx {
  public:
    Nginx(const std::string& folder, const Certificate& certificate);

    std::string https(const std::string& path) const;
    std::string http(const std::string& path) const;

  private:
    int https_port_;
    int http_port_;
    std::unique_ptr<Process> process_;
};

// tests/updates/hostile_server.py in one of its modes.
class HostileServer {
  public:
    HostileServer(const std::string& mode, const std::string& folder,
                  const Certificate& certificate);

    std::string https(const std::string& path) const;
    std::string http(const std::string& path) const;
    // What it has written down.
    std::string log() const { return process_.log(); }

  private:
    Process process_;
    int port_;
};

// A port on which nobody listens.
int free_port();

}  // namespace updates
