// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/changes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace netpoll_shim {

namespace {

// What is not kept over a boot, or may be lost at any time (hier(7)).
bool is_volatile(const std::string& path) {
    constexpr std::array<std::string_view, 8> folders = {"dev", "proc",    "run",     "sys",
                                                         "tmp", "var/tmp", "var/log", "var/cache"};
    return std::any_of(folders.begin(), folders.end(),
                       [&](std::string_view folder) { return path == folder; });
}

// Overlayfs marks what was taken away by a device file 0:0, and a folder whose old contents do not
// show through by an attribute (Documentation/filesystems/overlayfs.rst).
bool is_whiteout(int directory, const std::string& name) {
    struct stat status {};
    return fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISCHR(status.st_mode) && status.st_rdev == 0;
}

bool is_opaque(int directory) {
    std::array<char, 2> value{};
    return fgetxattr(directory, "trusted.overlay.opaque", value.data(), value.size()) > 0 &&
           value[0] == 'y';
}

class Finder {
  public:
    Finder(const Root& root, const Layer& layer, std::size_t number, const Root& upper,
           Changes& changes)
        : root_(root), below_(layer.below), number_(number), upper_(upper), changes_(changes) {}

    Result<void> look_into(const std::string& folder) {
        const auto entries = upper_.list(folder);
        const auto directory = upper_.open_directory(folder);
        if (!entries || !directory) {
            return system_failure("cannot read what the tools wrote",
                                  (entries ? directory.error() : entries.error()).value());
        }
        for (const Root::Entry& entry : *entries) {
            const std::string in_layer = folder.empty() ? entry.name : folder + "/" + entry.name;
            if (auto looked = look_at(directory->get(), entry.name, in_layer); !looked) {
                return looked;
            }
        }
        return {};
    }

  private:
    Result<void> look_at(int directory, const std::string& name, const std::string& in_layer) {
        const std::string path = below_.empty() ? in_layer : below_ + "/" + in_layer;
        if (is_volatile(path)) {
            return {};
        }
        Result<Node> now = is_whiteout(directory, name) ? Node() : read_node(directory, name, path);
        Result<Node> before = read_node(root_, path);
        if (!now || !before) {
            return tl::unexpected<Error>(now ? before.error() : now.error());
        }
        if (now->kind == Node::Kind::directory) {
            return look_at_folder(path, in_layer, *now, *before);
        }
        if (!now->is_there() && before->kind == Node::Kind::directory) {
            return take_away_folder(path);
        }
        if (now->kind == Node::Kind::other || before->kind == Node::Kind::directory ||
            before->kind == Node::Kind::other) {
            return failure(
                fmt::format("the image's tools made of {} what cannot be taken back", path));
        }
        if (!same_node(*now, *before)) {
            changes_.files.push_back(
                {path, *std::move(now), *std::move(before), number_, in_layer});
        }
        return {};
    }

    Result<void> take_away_folder(const std::string& path) {
        changes_.removed_folders.push_back(path);
        const auto entries = root_.list(path);
        if (!entries) {
            return system_failure("cannot read " + path, entries.error().value());
        }
        for (const Root::Entry& entry : *entries) {
            const std::string below = path + "/" + entry.name;
            if (entry.kind == Root::Kind::directory) {
                if (auto taken = take_away_folder(below); !taken) {
                    return taken;
                }
                continue;
            }
            auto before = read_node(root_, below);
            if (!before) {
                return tl::unexpected<Error>(std::move(before).error());
            }
            changes_.files.push_back({below, Node(), *std::move(before), number_, ""});
        }
        return {};
    }

    Result<void> look_at_folder(const std::string& path, const std::string& in_layer,
                                const Node& now, const Node& before) {
        if (!before.is_there()) {
            changes_.folders.push_back({path, now});
        } else {
            const auto folder = upper_.open_directory(in_layer);
            if (before.kind != Node::Kind::directory || !folder || is_opaque(folder->get())) {
                return failure(
                    fmt::format("the image's tools replaced {}, which cannot be taken back", path));
            }
        }
        return look_into(in_layer);
    }

    const Root& root_;
    const std::string& below_;
    std::size_t number_;
    const Root& upper_;
    Changes& changes_;
};

}  // namespace

Result<Changes> find_changes(const Root& root, const std::vector<Layer>& layers) {
    Changes changes;
    for (std::size_t number = 0; number < layers.size(); number++) {
        const auto upper = Root::open(fmt::format("/proc/self/fd/{}", layers[number].upper.get()));
        if (!upper) {
            return tl::unexpected<Error>(upper.error());
        }
        Finder finder(root, layers[number], number, *upper, changes);
        if (auto looked = finder.look_into(""); !looked) {
            return tl::unexpected<Error>(std::move(looked).error());
        }
    }
    std::sort(changes.files.begin(), changes.files.end(),
              [](const Change& left, const Change& right) { return left.path < right.path; });
    return changes;
}

}  // namespace netpoll_shim
