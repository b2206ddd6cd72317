// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/commit.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "bake/staged.hpp"
#include "bake/state_folder.hpp"
#include "bake/undo.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

constexpr auto complete_manifest = ".manifest.complete";
constexpr auto new_manifest = ".manifest.new";

Result<void> create_folder(const Root& root, const std::string& path, const Node& node) {
    const auto spot = find_spot(root, path);
    if (!spot) {
        return tl::unexpected<Error>(spot.error());
    }
    const int directory = spot->directory.get();
    if (mkdirat(directory, spot->name.c_str(), 0700) != 0 ||
        fchownat(directory, spot->name.c_str(), node.uid, node.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        fchmodat(directory, spot->name.c_str(), node.mode, 0) != 0) {
        return system_failure("cannot create " + path, errno);
    }
    return sync_directory(directory, path);
}

Result<void> create_state_folders(const Root& root, const Manifest& manifest) {
    Node node;
    node.mode = closed_mode;
    for (const ManifestDirectory& directory : manifest.directories) {
        if (!directory.is_created || !leads_to_manifest(directory.path)) {
            continue;
        }
        if (auto created = create_folder(root, directory.path, node); !created) {
            return created;
        }
    }
    return create_folder(root, originals_folder, node);
}

Result<void> write_manifest(const Root& root, const Manifest& manifest, const char* name,
                            bool is_complete) {
    Manifest copy = manifest;
    copy.is_complete = is_complete;
    return stage_text(root, manifest_path, name, to_json(copy));
}

Result<void> place_manifest(const Root& root, const char* name) {
    const auto spot = find_spot(root, manifest_path);
    return spot ? put_in_place(*spot, name) : tl::unexpected<Error>(spot.error());
}

// By another name of the same file where that can be: it takes no room, and its return is as
// simple. On another file system, or where a file cannot have two names, by a copy.
Result<void> save_original(const Root& root, const ManifestEntry& entry, std::size_t number) {
    const auto from = find_spot(root, entry.path);
    const auto to = find_spot(root, original_path(number));
    if (!from || !to) {
        return tl::unexpected<Error>(from ? to.error() : from.error());
    }
    if (linkat(from->directory.get(), from->name.c_str(), to->directory.get(), to->name.c_str(),
               0) == 0) {
        return {};
    }
    return copy_node({from->directory.get(), from->name, entry.path},
                     {to->directory.get(), to->name, to->path}, entry.original);
}

Result<void> save_originals(const Root& root, const Manifest& manifest) {
    for (std::size_t i = 0; i < manifest.entries.size(); i++) {
        const ManifestEntry& entry = manifest.entries[i];
        if (!entry.original.is_there()) {
            continue;
        }
        if (auto saved = save_original(root, entry, i); !saved) {
            return saved;
        }
    }
    const auto folder = root.open_directory(originals_folder);
    return folder ? sync_directory(folder->get(), originals_folder)
                  : system_failure("cannot open the originals", folder.error().value());
}

Result<void> stage(const Root& root, const ManifestEntry& entry, std::size_t number,
                   const Change& change, const Layer& layer) {
    if (!entry.now.is_there()) {
        return {};
    }
    const auto upper = Root::open(fmt::format("/proc/self/fd/{}", layer.upper.get()));
    const auto from =
        upper ? find_spot(*upper, change.in_layer) : tl::unexpected<Error>(upper.error());
    const auto to = find_spot(root, entry.path);
    if (!from || !to) {
        return tl::unexpected<Error>(from ? to.error() : from.error());
    }
    return copy_node({from->directory.get(), from->name, entry.path},
                     {to->directory.get(), staged_name(number), entry.path}, entry.now);
}

Result<void> stage_all(const Root& root, const Manifest& manifest, const Changes& changes,
                       const std::vector<Layer>& layers) {
    for (std::size_t i = 0; i < manifest.entries.size(); i++) {
        const ManifestEntry& entry = manifest.entries[i];
        const auto change = std::lower_bound(
            changes.files.begin(), changes.files.end(), entry.path,
            [](const Change& left, const std::string& path) { return left.path < path; });
        if (auto staged = stage(root, entry, i, *change, layers[change->layer]); !staged) {
            return staged;
        }
    }
    return {};
}

Result<void> put_all_in_place(const Root& root, const Manifest& manifest) {
    for (std::size_t i = 0; i < manifest.entries.size(); i++) {
        const ManifestEntry& entry = manifest.entries[i];
        const auto spot = find_spot(root, entry.path);
        if (!spot) {
            return tl::unexpected<Error>(spot.error());
        }
        if (entry.now.is_there()) {
            if (auto placed = put_in_place(*spot, staged_name(i)); !placed) {
                return placed;
            }
        } else if (unlinkat(spot->directory.get(), spot->name.c_str(), 0) != 0) {
            return system_failure("cannot remove " + entry.path, errno);
        }
    }
    return {};
}

// So that an undo can tell whether others changed a directory since.
Result<void> date_directories(const Root& root, const Manifest& manifest) {
    const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT}, manifest.baked};
    for (const ManifestDirectory& directory : manifest.directories) {
        const auto fd = root.open_directory(directory.path);
        if (!fd || futimens(fd->get(), times.data()) != 0) {
            return system_failure("cannot set the time of " + directory.path,
                                  fd ? errno : fd.error().value());
        }
    }
    return {};
}

Result<void> do_commit(const Root& root, const Manifest& manifest, const Changes& changes,
                       const std::vector<Layer>& layers) {
    const auto create_folders = [&]() -> Result<void> {
        for (const NewFolder& folder : changes.folders) {
            if (auto created = create_folder(root, folder.path, folder.node); !created) {
                return created;
            }
        }
        return {};
    };
    return create_state_folders(root, manifest)
        .and_then([&] { return write_manifest(root, manifest, new_manifest, false); })
        .and_then([&] { return place_manifest(root, new_manifest); })
        .and_then([&] { return set_state_modes(root, manifest, open_mode); })
        .and_then([&] { return write_manifest(root, manifest, complete_manifest, true); })
        .and_then([&] { return save_originals(root, manifest); })
        .and_then(create_folders)
        .and_then([&] { return stage_all(root, manifest, changes, layers); })
        .and_then([&] { return put_all_in_place(root, manifest); })
        .and_then([&] { return date_directories(root, manifest); })
        .and_then([&] { return place_manifest(root, complete_manifest); });
}

}  // namespace

Result<void> commit(const Root& root, const Manifest& manifest, const Changes& changes,
                    const std::vector<Layer>& layers) {
    auto done = do_commit(root, manifest, changes, layers);
    if (done) {
        return done;
    }
    Error error = std::move(done).error();
    const auto undone = take_back(root, manifest);
    if (undone && undone->left.empty()) {
        error.message += "; the image is as it was";
        error.hint = error.hint.empty()
                         ? fmt::format("df {} shows how much room there is", root.directory())
                         : error.hint;
    } else {
        error.message += "; what was done could not be taken back";
        error.hint = fmt::format("netpoll-shim bake --root {} --undo", root.directory());
    }
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace netpoll_shim
