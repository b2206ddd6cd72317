// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace netpoll_shim {

// A fact and where it was read ("/proc/kallsyms", "ethtool", "modinfo PATH").
template <typename T>
struct Fact {
    T value;
    std::string source;
};

// Nothing: the fact could not be established.
template <typename T>
using MaybeFact = std::optional<Fact<T>>;

enum class HookDemand {
    demanded,      // __netpoll_setup refuses a device without the hook
    not_demanded,  // the kernel polls the NAPIs itself
    no_netpoll,    // the kernel has no netpoll at all
};

struct KernelFacts {
    std::string release;  // uname -r
    std::string machine;  // uname -m
    MaybeFact<HookDemand> hook_demand;
    MaybeFact<bool> sig_enforce;       // unsigned modules are refused
    MaybeFact<std::string> lockdown;   // none, integrity, confidentiality
    MaybeFact<bool> modules_disabled;  // nothing can be loaded until the next boot
};

// The module that a device's driver belongs to.
struct DriverModule {
    std::string name;
    MaybeFact<std::string> version;
    MaybeFact<std::string> srcversion;
    MaybeFact<bool> in_tree;
    MaybeFact<std::string> vermagic;
    std::optional<std::string> path;
    // The file on disk is not the one that was loaded (their srcversion differs): nothing above
    // is from the file then.
    bool file_differs = false;
};

struct EthtoolInfo {
    std::string driver;
    std::string version;
    std::string bus_info;
};

struct ShimCounter {
    std::string name;  // as in sysfs
    std::uint64_t value = 0;
};

// A device that the module serves: /sys/class/net/IF/netpoll_shim/.
struct ServedFacts {
    Fact<std::string> mode;
    std::optional<bool> ready;  // netpoll is attached and the device may be polled
    std::vector<ShimCounter> counters;
};

struct DeviceFacts {
    std::string name;
    bool up = false;                // IFF_UP
    MaybeFact<std::string> driver;  // the bus driver; nothing: virtual device
    std::optional<std::string> bus_address;
    std::optional<EthtoolInfo> ethtool;  // source: ethtool
    std::optional<DriverModule> module;  // nothing: built in, or no driver
    std::optional<ServedFacts> served;
};

enum class VermagicFit {
    fits,
    release_fits,  // nothing at hand to compare its flags with
    differs,
};

// The module's file.
struct ShimFile {
    std::string path;
    std::string version;
    std::string vermagic;
    VermagicFit fit = VermagicFit::differs;
    std::string expected_vermagic;                       // what it was compared with
    std::optional<unsigned> ndo_poll_controller_offset;  // bytes, in this kernel's net_device_ops
    std::optional<unsigned> net_device_ops_size;         // bytes
    bool is_signed = false;
};

struct LoadedShim {
    std::string version;
    std::string policy;
    bool dry_run = false;
    std::optional<unsigned> refcnt;  // nothing: a kernel that cannot unload modules
};

struct ShimFacts {
    std::optional<ShimFile> file;
    std::string searched;  // where the file was looked for
    std::optional<LoadedShim> loaded;
};

}  // namespace netpoll_shim
