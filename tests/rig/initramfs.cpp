// SPDX-License-Identifier: GPL-2.0-or-later
#include "initramfs.hpp"

#include <regex>
#include <string>

#include "kernel_tree.hpp"
#include "process.hpp"
#include "work_directory.hpp"

namespace fs = std::filesystem;

namespace rig {
namespace {

// Copies a program to `place` and the libraries that it needs to the places
// where it looks for them.
void copy_program(const fs::path& program, const fs::path& place, const fs::path& root) {
    fs::create_directories((root / place).parent_path());
    fs::copy_file(program, root / place);

    const std::string needed = run_or_throw({"ldd", program});
    const std::regex library(R"(\s(/\S+) \(0x)");
    for (std::sregex_iterator match(needed.begin(), needed.end(), library), end; match != end;
         ++match) {
        const fs::path path = (*match)[1].str();
        const fs::path target = root / path.relative_path();
        fs::create_directories(target.parent_path());
        fs::copy_file(path, target, fs::copy_options::skip_existing);
    }
}

// What every guest has: busybox, the agent, the kernel tree's modules, the drivers of --driver.
void fill(const fs::path& root, const Options& options, const KernelTree& tree) {
    // It becomes the guest's /, for users other than root, too.
    fs::permissions(root, fs::perms(0755));
    for (const char* folder : {"bin", "dev", "proc", "sys", "tmp", "run", "usr/bin"})
        fs::create_directories(root / folder);

    fs::copy_file("/bin/busybox", root / "bin/busybox");
    fs::copy_file(options.source / "tests/guest/init", root / "init");
    fs::copy_file(options.source / "tests/guest/agent", root / "agent");
    fs::copy(tree.modules_root(), root, fs::copy_options::recursive);
    fs::create_directories(root / "drivers");
    for (const auto& [name, driver] : options.drivers)
        fs::copy_file(driver, root / "drivers" / (name + ".ko"));
}

void pack(const fs::path& root, const fs::path& file) {
    run_or_throw({"sh", "-c", "find . | cpio --quiet -o -H newc >\"$0\"", file}, root);
}

}  // namespace

void write_initramfs(const Options& options, const KernelTree& tree, const fs::path& file) {
    const WorkDirectory staging("initramfs");
    fill(staging.path(), options, tree);
    copy_program(options.command, "usr/bin/netpoll-shim", staging.path());
    copy_program("/usr/sbin/ethtool", "usr/sbin/ethtool", staging.path());
    pack(staging.path(), file);
}

void write_bare_initramfs(const Options& options, const KernelTree& tree, const fs::path& file) {
    const WorkDirectory staging("bare-initramfs");
    fill(staging.path(), options, tree);
    fs::copy_file(options.static_command, staging.path() / "usr/bin/netpoll-shim");
    pack(staging.path(), file);
}

}  // namespace rig
