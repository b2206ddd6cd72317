// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fake_host.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace netpoll_shim::test {

namespace fs = std::filesystem;

TempDirectory::TempDirectory() {
    std::string name = (fs::temp_directory_path() / "netpoll-shim-unit.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("mkdtemp failed");
    }
    path_ = name;
}

TempDirectory::~TempDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

FakeHost::FakeHost(std::string release) : release_(std::move(release)) {
    fs::create_directories(path("sys/class/net"));
    fs::create_directories(path("lib/modules/" + release_));
    write("proc/kallsyms", demanding_kallsyms);
}

fs::path FakeHost::path(const std::string& path) const {
    return root_.path() / path;
}

void FakeHost::write(const std::string& path, const std::string& text) const {
    fs::create_directories(this->path(path).parent_path());
    std::ofstream(this->path(path)) << text;
}

void FakeHost::link(const std::string& path, const std::string& target) const {
    fs::create_directories(this->path(path).parent_path());
    fs::create_directory_symlink(target, this->path(path));
}

void FakeHost::remove(const std::string& path) const {
    fs::remove_all(this->path(path));
}

void FakeHost::add_device(const std::string& name, const std::string& driver) const {
    const std::string bus = "sys/devices/pci/0000:00:05." + name;
    const std::string driver_folder = "sys/bus/pci/drivers/" + driver;
    write("sys/module/" + driver + "/initstate", "live\n");
    if (!fs::exists(path(driver_folder))) {
        link(driver_folder + "/module", path("sys/module/" + driver).string());
    }
    link(bus + "/driver", path(driver_folder).string());
    link("sys/class/net/" + name + "/device", path(bus).string());
    set_up(name, true);
}

void FakeHost::set_up(const std::string& name, bool up) const {
    write("sys/class/net/" + name + "/flags", up ? "0x1003\n" : "0x1002\n");
}

void FakeHost::set_module(const std::string& name, const std::string& version,
                          const std::string& taint) const {
    write("sys/module/" + name + "/initstate", "live\n");
    write("sys/module/" + name + "/version", version + "\n");
    write("sys/module/" + name + "/taint", taint + "\n");
}

void FakeHost::install_module(const std::string& name, const ModinfoPairs& modinfo) const {
    write_fake_module(path(fmt::format("lib/modules/{}/extra/{}.ko", release_, name)), modinfo);
    const std::string command =
        fmt::format("{} -b '{}' '{}' 2>/dev/null", DEPMOD, root_.path().string(), release_);
    if (std::system(command.c_str()) != 0) {  // NOLINT(concurrency-mt-unsafe)
        throw std::runtime_error("failed: " + command);
    }
}

void FakeHost::load_shim(const std::string& policy, unsigned refcnt, bool dry_run) const {
    const std::string folder = "sys/module/netpoll_shim/";
    write(folder + "initstate", "live\n");
    write(folder + "version", "0.1.0\n");
    write(folder + "refcnt", std::to_string(refcnt) + "\n");
    write(folder + "parameters/policy", policy + "\n");
    write(folder + "parameters/dry_run", dry_run ? "Y\n" : "N\n");
}

void FakeHost::unload_shim() const {
    remove("sys/module/netpoll_shim");
    for (const auto& device : fs::directory_iterator(path("sys/class/net"))) {
        fs::remove_all(device.path() / "netpoll_shim");
    }
}

void FakeHost::serve(const std::string& name, const std::string& mode) const {
    const std::string folder = "sys/class/net/" + name + "/netpoll_shim/";
    write(folder + "mode", mode + "\n");
    write(folder + "ready", "1\n");
    write(folder + "hook_calls", "11\n");
    write(folder + "napi_polls", "22\n");
    write(folder + "skipped_attaching", "6\n");
    write(folder + "skipped_busy", "3\n");
    write(folder + "skipped_xmit", "4\n");
    write(folder + "skipped_disabled", "5\n");
    write(folder + "skipped_unsafe", "8\n");
    write(folder + "rx_deferred", "7\n");
}

HostSources FakeHost::sources() const {
    HostSources sources;
    sources.paths = {path("sys"), path("proc"), path("lib/modules"), path("etc/os-release")};
    sources.kernel_release = release_;
    sources.machine = "x86_64";
    sources.is_root = is_root;
    sources.ethtool = [this](const std::string& interface) -> std::optional<EthtoolInfo> {
        const auto found = ethtool.find(interface);
        return found == ethtool.end() ? std::nullopt : std::optional(found->second);
    };
    sources.links = [this] { return links; };
    sources.open_kernel_log = []() -> Result<KernelLogReader> {
        return failure("a made-up host has no kernel log");
    };
    return sources;
}

}  // namespace netpoll_shim::test
