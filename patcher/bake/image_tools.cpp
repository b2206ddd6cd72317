// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/image_tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace netpoll_shim {

namespace {

// As Debian, Red Hat and SUSE name it.
std::optional<std::string> initramfs_of(const Root& root, const std::string& release) {
    for (const std::string& path :
         {fmt::format("boot/initrd.img-{}", release), fmt::format("boot/initramfs-{}.img", release),
          fmt::format("boot/initrd-{}", release)}) {
        if (root.has_file(path)) {
            return path;
        }
    }
    return std::nullopt;
}

constexpr auto initramfs_hint = "--no-initramfs leaves it as it is";

}  // namespace

bool has_program(const Root& root, const std::string& name) {
    constexpr std::array<std::string_view, 4> folders = {"usr/sbin", "usr/bin", "sbin", "bin"};
    return std::any_of(folders.begin(), folders.end(), [&](std::string_view folder) {
        return root.has_file(fmt::format("{}/{}", folder, name));
    });
}

Result<ImageTool> depmod_tool(const Root& root, const std::string& release) {
    if (!has_program(root, "depmod")) {
        return failure("the image has no depmod", "install its kmod package there");
    }
    return ImageTool{{"depmod", release}, ""};
}

std::optional<ImageTool> initramfs_tool(const Root& root, const std::string& release,
                                        std::string& note) {
    const auto path = initramfs_of(root, release);
    if (!path) {
        note = fmt::format("{} has no initramfs in boot", release);
        return std::nullopt;
    }
    if (has_program(root, "update-initramfs")) {
        return ImageTool{{"update-initramfs", "-u", "-k", release}, initramfs_hint};
    }
    if (has_program(root, "dracut")) {
        // Not for the machine that bakes: the image has to boot on others.
        return ImageTool{{"dracut", "--force", "--no-hostonly", "/" + *path, release},
                         initramfs_hint};
    }
    note = fmt::format("the image has no tool that makes {} anew: it stays as it is", *path);
    return std::nullopt;
}

}  // namespace netpoll_shim
