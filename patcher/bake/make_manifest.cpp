// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <ctime>

#include <algorithm>
#include <filesystem>
#include <set>

#include "bake/commit.hpp"
#include "bake/write_file.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

// The kernel that a tool made a file for, by the path's names: they are the release, or end with
// or begin with it (boot/initrd.img-RELEASE, boot/initramfs-RELEASE.img).
std::string release_in(const std::string& path, const std::vector<std::string>& releases) {
    std::string found;
    for (const std::string& release : releases) {
        if (path.find(release) != std::string::npos && release.size() > found.size()) {
            found = release;
        }
    }
    return found;
}

std::string tool_of(const std::string& path) {
    if (path.find("lib/modules/") != std::string::npos) {
        return path.find("/updates/") == std::string::npos ? "depmod" : "dkms";
    }
    return path.starts_with("var/lib/dkms/") || path.starts_with("etc/dkms/") ? "dkms"
                                                                              : "initramfs";
}

int turn_of(const ManifestEntry& entry) {
    if (entry.made_by == "initramfs") {
        return 3;
    }
    if (entry.made_by == "depmod") {
        return 1;
    }
    if (entry.path.find("lib/modules/") != std::string::npos) {
        return 0;
    }
    return entry.path.find("systemd/system/") != std::string::npos
               ? (entry.now.kind == Node::Kind::link ? 5 : 4)
               : 2;
}

// The folders that names come to or go from, and that are not new.
Result<void> add_directories(const Root& root, const Changes& changes, Manifest& manifest) {
    std::set<std::string> created;
    std::set<std::string> paths;
    const auto state = deepest_folder(root, manifest_path);
    if (!state) {
        return tl::unexpected<Error>(state.error());
    }
    std::vector<ManifestDirectory> is_new;
    fs::path folder = state->there;
    for (const std::string& name : state->missing) {
        folder /= name;
        created.insert(folder.string());
        is_new.push_back({folder.string(), true, {}});
    }
    paths.insert(state->there);
    for (const NewFolder& of_tools : changes.folders) {
        created.insert(of_tools.path);
        is_new.push_back({of_tools.path, true, {}});
        paths.insert(fs::path(of_tools.path).parent_path().string());
    }
    for (const Change& change : changes.files) {
        paths.insert(fs::path(change.path).parent_path().string());
    }
    for (const std::string& path : paths) {
        if (created.count(path) != 0) {
            continue;
        }
        const auto directory = root.open_directory(path);
        struct stat status {};
        if (!directory || fstat(directory->get(), &status) != 0) {
            return system_failure("cannot look at " + path,
                                  directory ? errno : directory.error().value());
        }
        manifest.directories.push_back({path, false, status.st_mtim});
    }
    manifest.directories.insert(manifest.directories.end(), is_new.begin(), is_new.end());
    return {};
}

}  // namespace

Result<Manifest> make_manifest(const Root& root, const Changes& changes,
                               const std::vector<std::string>& own,
                               const std::vector<std::string>& releases) {
    if (!changes.removed_folders.empty()) {
        return failure(fmt::format("the image's tools removed {}, which bake does not take back",
                                   fmt::join(changes.removed_folders, ", ")));
    }
    Manifest manifest;
    manifest.version = NETPOLL_SHIM_VERSION;
    manifest.kernels = releases;
    clock_gettime(CLOCK_REALTIME, &manifest.baked);
    // File systems keep times more or less exactly: a whole second is the same in all.
    manifest.baked.tv_nsec = 0;
    for (const Change& change : changes.files) {
        const bool is_own = std::find(own.begin(), own.end(), change.path) != own.end();
        manifest.entries.push_back({change.path, is_own ? "" : tool_of(change.path),
                                    is_own ? "" : release_in(change.path, releases), change.now,
                                    change.before});
    }
    std::stable_sort(manifest.entries.begin(), manifest.entries.end(),
                     [](const ManifestEntry& left, const ManifestEntry& right) {
                         return turn_of(left) < turn_of(right);
                     });
    if (auto added = add_directories(root, changes, manifest); !added) {
        return tl::unexpected<Error>(std::move(added).error());
    }
    return manifest;
}

}  // namespace netpoll_shim
