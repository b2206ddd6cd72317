// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "guest.hpp"
#include "options.hpp"

namespace rig {

// A Debian root that is not running, with kernels and their initramfs in its /boot.
struct Image {
    std::filesystem::path root;  // the file tree
    std::filesystem::path disk;  // the same as a file system
};

// As tests/rig/image/build makes it: "plain", "packages", "upgraded", "late". Takes minutes
// where it is not in the cache.
Image build_image(const Options& options, const std::string& kind);

// The same tree's state of now, as a file system in `file`.
Image write_disk(const Options& options, const std::filesystem::path& root,
                 const std::filesystem::path& file);

// The image with its disk copied to `file` and changed by commands of debugfs; the tree, from
// which kernel and initramfs come, is the same.
Image edit_disk(const Image& image, const std::filesystem::path& file, const std::string& commands);

// The releases of the kernels in an image, in the order of their names.
std::vector<std::string> kernel_releases(const Image& image);

// What a tree holds, a line for each thing: name, kind, mode, owner, time of change, target of a
// link; and another for each file, its contents' hash.
std::set<std::string> list_tree(const std::filesystem::path& root);

// Boots one of an image's kernels with its own initramfs and systemd; netconsole's target is
// `port` of this host, or it has none. Returns when the image's agent answers, as Guest's
// constructor.
Guest boot_image(const Options& options, const Image& image, const std::string& release,
                 std::optional<std::uint16_t> port, GuestConfig config = {});

}  // namespace rig
