// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "commands/context.hpp"
#include "support/fake_module.hpp"

namespace netpoll_shim::test {

// A directory that lives as long as this.
class TempDirectory {
  public:
    TempDirectory();
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    TempDirectory(TempDirectory&&) = delete;
    TempDirectory& operator=(TempDirectory&&) = delete;
    ~TempDirectory();

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

constexpr auto legacy_release = "6.1.192-legacy";
constexpr auto legacy_vermagic = "6.1.192-legacy SMP mod_unload ";

// Symbol tables as kernels with and without the demand have them.
constexpr auto demanding_kallsyms =
    "0000000000000000 T __netpoll_setup\n"
    "0000000000000000 t netpoll_poll_dev\n";
constexpr auto undemanding_kallsyms =
    "0000000000000000 T __netpoll_setup\n"
    "0000000000000000 T netpoll_poll_dev\n";

// A host made up of files: sysfs, procfs and /lib/modules. Root, and its kernel demands the hook.
class FakeHost {
  public:
    explicit FakeHost(std::string release = legacy_release);

    // Below the host's root; creates folders as needed.
    void write(const std::string& path, const std::string& text) const;
    void link(const std::string& path, const std::string& target) const;
    void remove(const std::string& path) const;
    std::filesystem::path path(const std::string& path) const;

    // A PCI device that is up, with a driver whose module is loaded.
    void add_device(const std::string& name, const std::string& driver) const;
    void set_up(const std::string& name, bool up) const;
    // What /sys/module tells of a loaded module.
    void set_module(const std::string& name, const std::string& version,
                    const std::string& taint) const;
    // A module file below /lib/modules/RELEASE, found through modules.dep.
    void install_module(const std::string& name, const ModinfoPairs& modinfo) const;
    // The module in the kernel; and a device that it serves.
    void load_shim(const std::string& policy, unsigned refcnt = 0, bool dry_run = false) const;
    void unload_shim() const;
    void serve(const std::string& name, const std::string& mode) const;

    HostSources sources() const;

    bool is_root = true;
    std::map<std::string, EthtoolInfo> ethtool;
    std::vector<Link> links;  // what rtnetlink tells

  private:
    TempDirectory root_;
    std::string release_;
};

}  // namespace netpoll_shim::test
