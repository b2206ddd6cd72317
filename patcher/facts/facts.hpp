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

// Where the facts come from decides what the user can be told to do.
enum class Setting {
    live_host,
    image,      // a root that is not running
    inventory,  // what somebody wrote down about a host
};

enum class BuildKind { absent, module, built_in };

struct KernelFacts {
    Setting setting = Setting::live_host;
    std::string release;                  // uname -r
    std::string machine;                  // uname -m; "" if unknown
    MaybeFact<std::string> distribution;  // ID of os-release
    MaybeFact<HookDemand> hook_demand;    // by symbols
    MaybeFact<BuildKind> netconsole;
    MaybeFact<bool> sig_enforce;              // unsigned modules are refused
    MaybeFact<std::string> lockdown;          // none, integrity, confidentiality
    MaybeFact<bool> modules_disabled;         // nothing can be loaded until the next boot
    std::vector<std::string> contradictions;  // sources that say otherwise than the one that counts
    std::vector<std::string> telling_nothing;  // sources that are there, and why they do not count
};

// What the net_device_ops in the driver's .ko say.
struct DriverObject {
    MaybeFact<bool> hook;           // nothing: cannot be told, `undecided` says why
    MaybeFact<bool> netpoll_setup;  // set by stacked devices alone
    std::string undecided;
};

// The module that a device's driver belongs to.
struct DriverModule {
    std::string name;
    MaybeFact<std::string> version;
    MaybeFact<std::string> srcversion;
    MaybeFact<bool> in_tree;
    MaybeFact<std::string> vermagic;
    std::optional<std::string> path;
    bool is_built_in =
        false;  // it has no file: what is known of it is from modules.builtin.modinfo
    // The file on disk is not the one that was loaded (their srcversion differs): nothing above
    // is from the file then.
    bool file_differs = false;
    MaybeFact<bool> is_signed;           // of the file
    std::optional<DriverObject> object;  // nothing: the file was not looked into
};

// What the module's dry run, or an inventory, sees of a device.
struct LiveOps {
    std::optional<bool> hook;      // nothing: only the flag is known
    bool disable_netpoll = false;  // IFF_DISABLE_NETPOLL
    unsigned napi_count = 0;
    std::string source;
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
    std::string name;                      // the interface; "" where there is none yet
    bool up = false;                       // IFF_UP
    MaybeFact<std::string> driver;         // the bus driver; nothing: virtual device
    MaybeFact<std::string> link_kind;      // of a virtual device: bond, bridge, vlan ...
    std::vector<std::string> lower_names;  // the devices that a stacked device hands netpoll to
    std::optional<std::string> bus_address;
    std::optional<LiveOps> live_ops;     // nothing: no dry run was made
    std::optional<EthtoolInfo> ethtool;  // source: ethtool
    std::optional<DriverModule> module;  // nothing: built in, or no driver
    std::optional<ServedFacts> served;
};

enum class VermagicFit {
    fits,
    release_fits,  // nothing at hand to compare its flags with
    crcs_fit,      // of another release, but every CRC is this kernel's: it loads all the same
    differs,
};

// Whether a kernel has the symbols that a module was built against.
struct SymbolFit {
    std::vector<std::string> missing;      // the kernel has none of this name
    std::vector<std::string> crc_differs;  // of another type than the module was built against
    std::vector<std::string> unchecked;    // nothing at hand tells of these
    std::string source;                    // what they were compared with

    bool contradicts() const { return !missing.empty() || !crc_differs.empty(); }
    bool is_proof() const { return !contradicts() && unchecked.empty(); }
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
    std::optional<SymbolFit> symbols;  // nothing: not looked at

    bool fits() const {
        return fit != VermagicFit::differs && !(symbols && symbols->contradicts());
    }
};

struct LoadedShim {
    std::string version;
    std::string policy;
    bool dry_run = false;
    std::optional<unsigned> refcnt;  // nothing: a kernel that cannot unload modules
};

struct ShimFacts {
    std::optional<ShimFile> file;
    std::string searched;    // where the file was looked for
    std::string unreadable;  // why a file that is there tells nothing; "" if none is
    std::optional<LoadedShim> loaded;
};

}  // namespace netpoll_shim
