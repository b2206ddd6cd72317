// SPDX-License-Identifier: GPL-2.0-or-later
#include "servers.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace updates {

namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool answers(int port) {
    const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool is_open =
        connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(socket_fd);
    return is_open;
}

// Until something is there; the limit is for what hangs.
template <typename Condition>
void wait_until(const Condition& holds, const Process& process) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) {
            throw std::runtime_error("a server did not start: " + process.log());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

// The first line that the server writes.
int announced_port(const Process& process) {
    std::string log;
    wait_until(
        [&] {
            log = process.log();
            return log.find('\n') != std::string::npos;
        },
        process);
    return std::stoi(log);
}

}  // namespace

int free_port() {
    const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(socket_fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no free port");
    }
    close(socket_fd);
    return ntohs(address.sin_port);
}

Certificate make_certificate(const std::string& folder, const std::string& name) {
    const Certificate made = {folder + "/" + name + ".crt", folder + "/" + name + ".key"};
    const Ended ended =
        run({OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", made.key, "-out", made.certificate, "-days", "2", "-subj",
             "/CN=" + name, "-addext", "subjectAltName=DNS:localhost"});
    if (ended.exit_code != 0) {
        throw std::runtime_error("openssl: " + ended.out);
    }
    return made;
}

Nginx::Nginx(const std::string& folder, const Certificate& certificate)
    : https_port_(free_port()), http_port_(free_port()) {
    std::ofstream(folder + "/nginx.conf") << fmt::format(
        R"(daemon off;
master_process off;
pid {0}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log {0}/access.log;
    client_body_temp_path {0}/tmp-body;
    proxy_temp_path {0}/tmp-proxy;
    fastcgi_temp_path {0}/tmp-fastcgi;
    uwsgi_temp_path {0}/tmp-uwsgi;
    scgi_temp_path {0}/tmp-scgi;
    root {0}/www;
    server {{
        listen 127.0.0.1:{1} ssl;
        ssl_certificate {3};
        ssl_certificate_key {4};
        location /to-http/ {{ return 302 http://localhost:{2}/; }}
        location /to-http-file/ {{ rewrite ^/to-http-file/(.*)$ http://localhost:{2}/$1 redirect; }}
        location /to-ftp/ {{ return 302 ftp://localhost:{2}/drivers-db.json; }}
        location /to-file/ {{ return 302 file://{0}/www/drivers-db.json; }}
        location /to-https/ {{ rewrite ^/to-https/(.*)$ https://localhost:{1}/$1 redirect; }}
        location /loop/ {{ rewrite ^ https://localhost:{1}/loop/again redirect; }}
        location /broken/ {{ return 500; }}
    }}
    server {{
        listen 127.0.0.1:{2};
    }}
}}
)",
        folder, https_port_, http_port_, certificate.certificate, certificate.key);
    process_ = std::make_unique<Process>(
        Arguments{NGINX, "-p", folder, "-e", "stderr", "-c", folder + "/nginx.conf"},
        folder + "/nginx.log");
    wait_until([&] { return answers(https_port_) && answers(http_port_); }, *process_);
}

std::string Nginx::https(const std::string& path) const {
    return fmt::format("https://localhost:{}/{}", https_port_, path);
}

std::string Nginx::http(const std::string& path) const {
    return fmt::format("http://localhost:{}/{}", http_port_, path);
}

HostileServer::HostileServer(const std::string& mode, const std::string& folder,
                             const Certificate& certificate)
    : process_({"/usr/bin/python3", std::string(SOURCE_DIR) + "/tests/updates/hostile_server.py",
                mode, certificate.certificate, certificate.key, folder + "/www"},
               folder + "/" + mode + ".log"),
      port_(announced_port(process_)) {}

std::string HostileServer::https(const std::string& path) const {
    return fmt::format("https://localhost:{}/{}", port_, path);
}

std::string HostileServer::http(const std::string& path) const {
    return fmt::format("http://localhost:{}/{}", port_, path);
}

}  // namespace updates
