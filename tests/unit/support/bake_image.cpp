// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/bake_image.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "support/fake_kernel.hpp"

namespace netpoll_shim::test {

namespace fs = std::filesystem;

namespace {

// As the kernel's own writes its index: an entry for each module.
constexpr auto depmod =
    "cd /lib/modules/$1 || exit 1\n"
    "find . -name '*.ko' | sed 's,^\\./,,; s/$/:/' >modules.dep.new\n"
    "mv modules.dep.new modules.dep\n"
    "echo the same >modules.builtin.bin\n";

// Leaves the traces that Debian's leaves.
constexpr auto update_initramfs =
    "[ \"$1 $2 $3\" = '-u -k 6.1.192-legacy' ] || exit 1\n"
    "echo >/var/tmp/mkinitramfs_1\n"
    "{ find /lib/modules /usr/share/initramfs-tools /etc/modprobe.d -type f; } >/boot/new\n"
    "mv /boot/new /boot/initrd.img-$3\n"
    "echo sum >/var/lib/initramfs-tools/$3\n";

std::string contents_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string describe(const fs::path& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return "cannot be read";
    }
    std::string content;
    if (S_ISLNK(status.st_mode)) {
        content = fs::read_symlink(path).string();
    } else if (S_ISREG(status.st_mode)) {
        content = contents_of(path);
    }
    return fmt::format("{:o} {}:{} {}.{:09} {}", status.st_mode, status.st_uid, status.st_gid,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec, content);
}

}  // namespace

Snapshot take_snapshot(const fs::path& root) {
    Snapshot snapshot = {{".", describe(root)}};
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        snapshot[fs::relative(entry.path(), root).string()] = describe(entry.path());
    }
    return snapshot;
}

std::vector<std::string> differences(const Snapshot& left, const Snapshot& right) {
    std::vector<std::string> paths;
    for (const auto& [path, text] : left) {
        const auto other = right.find(path);
        if (other == right.end() || other->second != text) {
            paths.push_back(path);
        }
    }
    for (const auto& [path, text] : right) {
        if (left.count(path) == 0) {
            paths.push_back(path);
        }
    }
    return paths;
}

void fill_image(const FakeImage& image) {
    const std::string modules = "lib/modules/6.1.192-legacy";
    image.write("boot/System.map-6.1.192-legacy", demanding_system_map());
    image.add_module("kernel/drivers/net/ena.ko", fake_driver(false));
    image.add_symvers(modules + "/build/Module.symvers",
                      {{"netif_napi_add", 0x11}, {"printk", 0x22}, {"netpoll_setup", 1}});
    image.write(modules + "/modules.dep", "kernel/drivers/net/ena.ko:\n");
    image.write(modules + "/modules.builtin.bin", "the same\n");
    image.write(initramfs_path, "as installed\n");
    image.write("var/lib/initramfs-tools/6.1.192-legacy", "sum as installed\n");
    image.write("etc/hostname", "image\n");
    for (const char* folder : {"proc", "sys", "dev", "run", "tmp", "var/tmp", "etc/modprobe.d"}) {
        fs::create_directories(image.path(folder));
    }
    fs::create_directories(image.path("bin"));
    fs::copy_file(BUSYBOX, image.path("bin/busybox"));
    for (const char* applet : {"sh", "find", "sed", "mv", "mkdir", "cat", "rm"}) {
        image.link(std::string("bin/") + applet, "busybox");
    }
}

BakeImage::BakeImage() {
    fill_image(*this);
    add_program("usr/sbin/depmod", depmod);
    add_program("usr/sbin/update-initramfs", update_initramfs);
    std::ofstream(module_file()) << fake_shim().bytes();
    std::ofstream(command_file()) << "#!/bin/sh\necho netpoll-shim made up\n";
    // What is not of now would be easily told from what is written now.
    const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1000);
    for (const auto& entry : fs::recursive_directory_iterator(root())) {
        if (!entry.is_symlink()) {
            fs::last_write_time(entry.path(), old);
        }
    }
}

Output BakeImage::bake(const std::vector<std::string>& more) const {
    FakeKernel host;
    host.host.is_root = is_root;
    std::vector<std::string> arguments = {"bake", "--root", root().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_cli(arguments, host.context_maker());
}

Output BakeImage::bake_module(std::vector<std::string> more) const {
    more.insert(more.end(), {"--module", module_file(), "--command", command_file()});
    return bake(more);
}

Output BakeImage::undo(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"--undo"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return bake(arguments);
}

std::string BakeImage::read(const std::string& path) const {
    return contents_of(this->path(path));
}

bool BakeImage::has(const std::string& path) const {
    std::error_code error;
    return fs::exists(fs::symlink_status(this->path(path), error));
}

void BakeImage::add_program(const std::string& path, const std::string& text) const {
    write(path, "#!/bin/sh\n" + text);
    fs::permissions(this->path(path), fs::perms(0755));
}

}  // namespace netpoll_shim::test
