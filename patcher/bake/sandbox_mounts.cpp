// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/sandbox_mounts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <set>
#include <sstream>

namespace netpoll_shim {

namespace {

// A file system of the image, other than its root's.
struct FileSystem {
    std::string below;
    UniqueFd directory;
};

// A path by which mount(2) gets at an open directory, whatever its name is and whatever is mounted
// over it.
std::string path_of(const UniqueFd& directory) {
    return fmt::format("/proc/self/fd/{}", directory.get());
}

// Spaces and the like are written in octal (proc_pid_mountinfo(5)).
std::string unescape(const std::string& text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); at++) {
        if (text[at] == '\\' && at + 3 < text.size()) {
            plain += static_cast<char>(std::stoi(text.substr(at + 1, 3), nullptr, 8));
            at += 3;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

// Those that hold no part of an image, or none that its tools write to.
bool is_of_no_use(const std::string& type) {
    static const std::set<std::string> types = {
        "autofs",     "binfmt_misc", "bpf",      "cgroup",  "cgroup2",   "configfs", "debugfs",
        "devpts",     "devtmpfs",    "efivarfs", "fusectl", "hugetlbfs", "iso9660",  "mqueue",
        "nfs",        "nfs4",        "nsfs",     "overlay", "proc",      "pstore",   "rpc_pipefs",
        "securityfs", "squashfs",    "sysfs",    "tmpfs",   "tracefs"};
    return types.count(type) != 0;
}

// What is mounted below the image's root: /boot, as a rule.
std::vector<FileSystem> file_systems_below(const std::string& directory) {
    const std::string prefix = directory == "/" ? directory : directory + "/";
    std::vector<FileSystem> found;
    std::ifstream lines("/proc/self/mountinfo");
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string skipped;
        std::string point;
        fields >> skipped >> skipped >> skipped >> skipped >> point;
        std::string type;
        while (fields >> skipped && skipped != "-") {
        }
        fields >> type;
        point = unescape(point);
        if (!point.starts_with(prefix) || point == prefix || is_of_no_use(type)) {
            continue;
        }
        const std::string below = point.substr(prefix.size());
        UniqueFd fd(open(point.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        const bool is_known = std::any_of(found.begin(), found.end(),
                                          [&](const auto& other) { return other.below == below; });
        if (fd.valid() && !is_known) {
            found.push_back({below, std::move(fd)});
        }
    }
    // Parents before what is in them
    std::sort(found.begin(), found.end(), [](const FileSystem& left, const FileSystem& right) {
        return left.below < right.below;
    });
    return found;
}

// A place for the sandbox that is in no image: the image can be anywhere, and any directory serves,
// since only this namespace sees what is mounted there.
Result<std::string> mount_scratch() {
    for (const char* place : {"/tmp", "/run", "/mnt"}) {
        if (mount("netpoll-shim", place, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700,size=75%") ==
            0) {
            return place;
        }
    }
    return system_failure("cannot mount a tmpfs", errno);
}

Result<UniqueFd> make_directory(const std::string& path) {
    if (mkdir(path.c_str(), 0700) != 0) {
        return system_failure("cannot create " + path, errno);
    }
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) {
        return system_failure("cannot open " + path, errno);
    }
    return fd;
}

Result<void> mount_overlay(const std::string& lower, const std::string& layer,
                           const std::string& target, const std::string& below) {
    const std::string options =
        fmt::format("lowerdir={},upperdir={}/upper,workdir={}/work", lower, layer, layer);
    // A renamed directory, or a file of which only the mode changes, is to be whole in the upper
    // layer; kernels before 4.19 know none of these options, and do so anyway.
    if (mount("overlay", target.c_str(), "overlay", 0,
              (options + ",index=off,metacopy=off,redirect_dir=off").c_str()) == 0 ||
        mount("overlay", target.c_str(), "overlay", 0, options.c_str()) == 0) {
        return {};
    }
    const int error = errno;
    return failure(
        fmt::format("cannot mount an overlay over {}: {}", below.empty() ? "the image" : below,
                    std::generic_category().message(error)),
        error == ENODEV ? "this kernel has no overlayfs: modprobe overlay" : "dmesg may say more");
}

// The overlay's root looks as its upper directory does.
Result<void> look_alike(const UniqueFd& lower, const UniqueFd& upper) {
    struct stat status {};
    if (fstat(lower.get(), &status) != 0 ||
        fchown(upper.get(), status.st_uid, status.st_gid) != 0 ||
        fchmod(upper.get(), status.st_mode & ~static_cast<mode_t>(S_IFMT)) != 0) {
        return system_failure("cannot set the owner of a directory", errno);
    }
    return {};
}

Result<Layer> add_layer(const FileSystem& lower, const std::string& scratch, std::size_t number,
                        const std::string& target) {
    const std::string layer = fmt::format("{}/{}", scratch, number);
    auto directory = make_directory(layer);
    auto upper = directory ? make_directory(layer + "/upper") : std::move(directory);
    auto work = upper ? make_directory(layer + "/work") : make_directory(layer + "/none");
    if (!upper || !work) {
        return tl::unexpected<Error>(!upper ? upper.error() : work.error());
    }
    auto mounted = look_alike(lower.directory, *upper).and_then([&] {
        return mount_overlay(path_of(lower.directory), layer, target, lower.below);
    });
    if (!mounted) {
        return tl::unexpected<Error>(std::move(mounted).error());
    }
    return Layer{lower.below, *std::move(upper)};
}

// A directory of the image, by a path that no link of the image can lead elsewhere.
Result<UniqueFd> open_mount_point(const Root& merged, const std::string& path) {
    auto directory = merged.open_directory(path);
    if (!directory && directory.error() == std::errc::no_such_file_or_directory) {
        const auto spot = merged.spot(path);
        if (spot && mkdirat(spot->directory.get(), spot->name.c_str(), 0755) == 0) {
            directory = merged.open_directory(path);
        }
    }
    if (!directory) {
        return system_failure("cannot use the image's " + path, directory.error().value());
    }
    return *std::move(directory);
}

Result<void> mount_at(const Root& merged, const std::string& path, const char* type,
                      unsigned long flags, const char* options) {
    const auto point = open_mount_point(merged, path);
    if (!point) {
        return tl::unexpected<Error>(point.error());
    }
    if (mount(type, path_of(*point).c_str(), type, flags, options) != 0) {
        return system_failure(fmt::format("cannot mount {} for the image's tools", path), errno);
    }
    return {};
}

// Not this machine's whole /dev: no tool has to get at its disks.
Result<void> fill_dev(const Root& merged) {
    const auto dev = merged.open_directory("dev");
    if (!dev) {
        return system_failure("cannot use the image's dev", dev.error().value());
    }
    for (const char* name : {"null", "zero", "full", "random", "urandom"}) {
        const std::string host = fmt::format("/dev/{}", name);
        const UniqueFd file(openat(dev->get(), name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0));
        if (!file.valid() ||
            mount(host.c_str(), path_of(file).c_str(), nullptr, MS_BIND, nullptr) != 0) {
            return system_failure(fmt::format("cannot provide {}", host), errno);
        }
    }
    constexpr std::array<std::array<const char*, 2>, 4> links = {{{"fd", "/proc/self/fd"},
                                                                  {"stdin", "/proc/self/fd/0"},
                                                                  {"stdout", "/proc/self/fd/1"},
                                                                  {"stderr", "/proc/self/fd/2"}}};
    for (const auto& [name, target] : links) {
        if (symlinkat(target, dev->get(), name) != 0) {
            return system_failure(fmt::format("cannot provide /dev/{}", name), errno);
        }
    }
    return {};
}

Result<void> mount_kernels_own(const Root& merged) {
    constexpr unsigned long harmless = MS_NOSUID | MS_NOEXEC | MS_NODEV;
    return mount_at(merged, "proc", "proc", harmless, nullptr)
        .and_then([&] { return mount_at(merged, "sys", "sysfs", harmless | MS_RDONLY, nullptr); })
        .and_then(
            [&] { return mount_at(merged, "run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"); })
        .and_then([&] { return mount_at(merged, "dev", "tmpfs", MS_NOSUID, "mode=0755"); })
        .and_then([&] { return fill_dev(merged); });
}

// What overlayfs cannot be mounted over (FAT) can be read all the same.
Result<void> add_file_system(const FileSystem& lower, const std::string& scratch,
                             SandboxMounts& mounts) {
    const auto merged = Root::open(mounts.merged);
    const auto point =
        merged ? open_mount_point(*merged, lower.below) : tl::unexpected<Error>(merged.error());
    if (!point) {
        return tl::unexpected<Error>(point.error());
    }
    auto layer = add_layer(lower, scratch, mounts.layers.size(), path_of(*point));
    if (layer) {
        mounts.layers.push_back(*std::move(layer));
        return {};
    }
    if (mount(path_of(lower.directory).c_str(), path_of(*point).c_str(), nullptr, MS_BIND,
              nullptr) != 0) {
        return tl::unexpected<Error>(std::move(layer).error());
    }
    const auto bound = merged->open_directory(lower.below);
    if (!bound || mount(nullptr, path_of(*bound).c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY,
                        nullptr) != 0) {
        return tl::unexpected<Error>(std::move(layer).error());
    }
    return {};
}

}  // namespace

Result<SandboxMounts> mount_sandbox(const std::string& directory) {
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return system_failure("cannot make mounts private", errno);
    }
    const FileSystem root{"", UniqueFd(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))};
    if (!root.directory.valid()) {
        return system_failure("cannot open " + directory, errno);
    }
    const auto others = file_systems_below(directory);
    const auto scratch = mount_scratch();
    if (!scratch) {
        return tl::unexpected<Error>(scratch.error());
    }
    SandboxMounts mounts;
    mounts.merged = *scratch + "/image";
    if (auto made = make_directory(mounts.merged); !made) {
        return tl::unexpected<Error>(std::move(made).error());
    }
    auto layer = add_layer(root, *scratch, 0, mounts.merged);
    if (!layer) {
        return tl::unexpected<Error>(std::move(layer).error());
    }
    mounts.layers.push_back(*std::move(layer));
    for (const FileSystem& other : others) {
        if (auto added = add_file_system(other, *scratch, mounts); !added) {
            return tl::unexpected<Error>(std::move(added).error());
        }
    }
    const auto merged = Root::open(mounts.merged);
    auto done = merged ? mount_kernels_own(*merged) : tl::unexpected<Error>(merged.error());
    if (!done) {
        return tl::unexpected<Error>(std::move(done).error());
    }
    return mounts;
}

}  // namespace netpoll_shim
