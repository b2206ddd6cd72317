// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "facts/facts.hpp"
#include "facts/live/kernel_log.hpp"
#include "facts/live/links.hpp"

namespace netpoll_shim {

// Where facts are read. Values, so that a tree made up by a test can stand for the host.
struct Paths {
    std::filesystem::path sysfs = "/sys";
    std::filesystem::path procfs = "/proc";
    std::filesystem::path modules = "/lib/modules";
    std::filesystem::path os_release = "/etc/os-release";
};

// Reads ETHTOOL_GDRVINFO of an interface; nothing where the kernel refuses.
using EthtoolReader = std::function<std::optional<EthtoolInfo>(const std::string& interface)>;

struct HostSources {
    Paths paths;
    std::string kernel_release;
    std::string machine;
    bool is_root = false;
    EthtoolReader ethtool;
    LinkReader links;
    KernelLogOpener open_kernel_log;

    std::filesystem::path module_directory() const { return paths.modules / kernel_release; }
};

// The running host: uname(2), geteuid(2), ethtool ioctl, rtnetlink, /dev/kmsg.
HostSources live_sources();

}  // namespace netpoll_shim
