// SPDX-License-Identifier: GPL-2.0-or-later
// What the command reads in a driver's object file, against what the dry run sees of the driver
// when it is loaded.
#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "facts/object/module_file.hpp"
#include "scenario.hpp"

namespace {

namespace fs = std::filesystem;
using netpoll_shim::HookAnswer;
using netpoll_shim::ModuleFile;
using netpoll_shim::OpsLayout;

std::string answer_word(HookAnswer answer) {
    switch (answer) {
        case HookAnswer::yes:
            return "yes";
        case HookAnswer::no:
            return "no";
        case HookAnswer::tables_differ:
            return "tables differ";
        case HookAnswer::cannot_tell:
            break;
    }
    return "cannot tell";
}

// In the kernel '-' and '_' are one letter of a module's name.
std::string module_name(const fs::path& file) {
    std::string name = file.stem().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

std::vector<fs::path> modules_below(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".ko")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// VALUE of "... key=VALUE ...".
std::string value_of(const std::string& line, const std::string& key) {
    const auto start = line.find(" " + key + "=");
    if (start == std::string::npos)
        return "";
    const auto value = start + key.size() + 2;
    return line.substr(value, line.find(' ', value) - value);
}

}  // namespace

class ObjectReader : public Scenario {
  protected:
    void SetUp() override {
        folder_ = rig().tree.modules_root() / "lib/modules" / rig().tree.release();
        const auto shim = ModuleFile::read(folder_ / "updates/netpoll_shim.ko");
        ASSERT_TRUE(shim) << shim.error().message;
        const auto layout = netpoll_shim::ops_layout_from_modinfo(shim->modinfo(), shim->source());
        ASSERT_TRUE(layout) << shim->path();
        layout_ = *layout;
    }

    bool is_debian() const { return !rig().options.kernel_package.empty(); }

    // The answer for every module of the guest that has ops of its own, by name; and which module
    // a link kind is of.
    void read_objects() {
        for (const fs::path& file : modules_below(folder_ / "kernel")) {
            const auto module = ModuleFile::read(file);
            ASSERT_TRUE(module) << module.error().message;
            const auto reading = module->read_ops(layout_);
            if (reading.tables.empty())
                continue;
            answers_[module_name(file)] = reading.hook;
            const auto [first, last] = module->modinfo().equal_range("alias");
            for (auto alias = first; alias != last; ++alias)
                if (alias->second.starts_with("rtnl-link-"))
                    module_of_kind_[alias->second.substr(10)] = module_name(file);
        }
    }

    // A device of each driver, as far as there is hardware or it needs none.
    void make_devices() {
        guest().must("modprobe virtio_pci");
        for (const auto& [module, answer] : answers_)
            EXPECT_EQ(guest().run("modprobe " + module).status, 0) << module;
        guest().run(
            "modprobe dummy; ip link add below type dummy; ip link set below up; "
            "mkdir -p /dev/net; [ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200; "
            "tunctl -t tap0");
        int number = 0;
        for (const auto& [kind, module] : module_of_kind_) {
            const std::string name = fmt::format("k{}", number++);
            guest().run(fmt::format(
                "ip link add name {0} type {1} || ip link add link below name {0} type {1} || "
                "ip link add link below name {0} type {1} id 7",
                name, kind));
        }
    }

    std::string module_of_device(const std::string& interface, const std::string& driver) {
        const auto link = guest().run("basename $(readlink /sys/class/net/" + interface +
                                      "/device/driver/module)");
        if (link.status == 0)
            return link.output.substr(0, link.output.find('\n'));
        const auto module = module_of_kind_.find(driver);
        // tun has no alias for its kind
        return module == module_of_kind_.end() ? driver : module->second;
    }

    fs::path folder_;  // lib/modules/RELEASE of the guests
    OpsLayout layout_;
    std::map<std::string, HookAnswer> answers_;
    std::map<std::string, std::string> module_of_kind_;
};

TEST_F(ObjectReader, SaysWhatTheDryRunSees) {
    read_objects();
    rig::GuestConfig config{.memory_mb = 768};
    config.idle_nics = {"e1000", "virtio-net-pci"};
    if (is_debian())
        config.idle_nics.insert(config.idle_nics.end(), {"e1000e", "i82557b", "ne2k_pci", "pcnet",
                                                         "rtl8139", "sungem", "tulip", "vmxnet3"});
    boot(config);
    make_devices();
    ASSERT_EQ(load_shim("dry_run=1").status, 0);

    std::map<std::string, std::string> seen;  // module -> hook
    std::istringstream lines(log_lines_with("netpoll_shim: dry run: "));
    for (std::string line; std::getline(lines, line);) {
        const auto start = line.find("dry run: ") + 9;
        if (line.find(" hook=", start) == std::string::npos)
            continue;
        const std::string interface = line.substr(start, line.find(':', start) - start);
        const std::string module = module_of_device(interface, value_of(line, "driver"));
        if (!answers_.contains(module))
            continue;
        const std::string hook = value_of(line, "hook");
        // Where a module's tables differ, the device says which one it has.
        if (answers_[module] != HookAnswer::tables_differ) {
            EXPECT_EQ(answer_word(answers_[module]), hook) << module << ": " << line;
        }
        seen[module] = hook;
    }

    const auto count = [&](const char* hook) {
        return std::count_if(seen.begin(), seen.end(),
                             [&](const auto& entry) { return entry.second == hook; });
    };
    fmt::print("{:<16} {:<14} {}\n", "MODULE", "OBJECT", "DRY RUN");
    for (const auto& [module, hook] : seen)
        fmt::print("{:<16} {:<14} {}\n", module, answer_word(answers_[module]), hook);
    fmt::print("{}: {} drivers with the hook, {} without\n", rig().tree.release(), count("yes"),
               count("no"));
    EXPECT_GE(count("yes"), is_debian() ? 10 : 4);
    EXPECT_GE(count("no"), is_debian() ? 10 : 4);
}

TEST_F(ObjectReader, TellsOfEveryModuleOfDebiansKernel) {
    if (!is_debian())
        GTEST_SKIP() << "no --kernel-package";
    const fs::path package =
        rig().options.kernel_package / "package/lib/modules" / rig().tree.release() / "kernel";
    std::map<std::string, HookAnswer> answers;
    std::map<HookAnswer, int> network;
    std::map<std::string, std::vector<std::string>> not_told;  // reason -> modules
    int modules = 0;
    for (const fs::path& file : modules_below(package)) {
        const auto module = ModuleFile::read(file);
        ASSERT_TRUE(module) << module.error().message;
        const auto reading = module->read_ops(layout_);
        modules++;
        answers[module_name(file)] = reading.hook;
        if (file.string().find("/drivers/net/") == std::string::npos)
            continue;
        network[reading.hook]++;
        if (reading.hook == HookAnswer::cannot_tell || reading.hook == HookAnswer::tables_differ)
            not_told[reading.reason].push_back(module_name(file));
    }
    fmt::print(
        "{} modules; of drivers/net {} have the hook, {} lack it, {} have tables that "
        "differ, of {} it cannot be told\n",
        modules, network[HookAnswer::yes], network[HookAnswer::no],
        network[HookAnswer::tables_differ], network[HookAnswer::cannot_tell]);
    for (const auto& [reason, names] : not_told) {
        fmt::print("{} ({}):", reason, names.size());
        for (const auto& name : names)
            fmt::print(" {}", name);
        fmt::print("\n");
    }
    EXPECT_GT(modules, 3000);
    // Read in the source of 6.1.
    for (const char* name : {"e1000", "e1000e", "vmxnet3", "tg3", "igbvf", "bnx2", "r8169",
                             "xen_netfront", "be2net", "enic", "bcmgenet", "skge", "i40e", "e100"})
        EXPECT_EQ(answer_word(answers[name]), "yes") << name;
    for (const char* name : {"ena", "virtio_net", "gve", "ixgbe", "ixgbevf", "igb", "bnx2x", "ice",
                             "mlx4_en", "hv_netvsc", "r8152", "sungem"})
        EXPECT_EQ(answer_word(answers[name]), "no") << name;
    // One for each port, of which the first alone has the hook.
    EXPECT_EQ(answer_word(answers["sky2"]), "tables differ");
}
