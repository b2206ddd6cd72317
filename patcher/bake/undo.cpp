// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/undo.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <ranges>

#include "bake/staged.hpp"
#include "bake/state_folder.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

constexpr auto undoing_manifest = ".manifest.undoing";

bool is_remakeable(const ManifestEntry& entry) {
    return (entry.made_by == "depmod" || entry.made_by == "initramfs") && !entry.release.empty();
}

// From here on whatever differs in folders is our own doing: those that others changed since the
// bake keep their times. A disk that is full must not keep an undo from being made.
Manifest mark_begun(const Root& root, const Manifest& manifest) {
    if (!manifest.is_complete) {
        return manifest;
    }
    Manifest begun = manifest;
    begun.is_complete = false;
    std::erase_if(begun.directories, [&](const ManifestDirectory& directory) {
        const auto fd = root.open_directory(directory.path);
        struct stat status {};
        return !directory.is_created && (!fd || fstat(fd->get(), &status) != 0 ||
                                         status.st_mtim.tv_sec != manifest.baked.tv_sec ||
                                         status.st_mtim.tv_nsec != manifest.baked.tv_nsec);
    });
    const auto spot = find_spot(root, manifest_path);
    if (!spot || !stage_text(root, manifest_path, undoing_manifest, to_json(begun)) ||
        !put_in_place(*spot, undoing_manifest)) {
        return begun;
    }
    return begun;
}

// What was staged beside its place and did not get there.
Result<void> remove_staged(const Root& root, const Manifest& manifest) {
    std::set<std::string> folders;
    for (const ManifestEntry& entry : manifest.entries) {
        folders.insert(fs::path(entry.path).parent_path().string());
    }
    for (const std::string& folder : folders) {
        for (const Root::Entry& found : root.list(folder).value_or(std::vector<Root::Entry>())) {
            if (!found.name.starts_with(staged_prefix)) {
                continue;
            }
            if (auto removed = remove_file(root, folder + "/" + found.name); !removed) {
                return removed;
            }
        }
    }
    return {};
}

Result<void> restore(const Root& root, const ManifestEntry& entry, std::size_t number) {
    const auto saved = find_spot(root, original_path(number));
    const auto spot = find_spot(root, entry.path);
    if (!saved || !spot) {
        return tl::unexpected<Error>(saved ? spot.error() : saved.error());
    }
    if (renameat(saved->directory.get(), saved->name.c_str(), spot->directory.get(),
                 spot->name.c_str()) == 0) {
        return sync_directory(spot->directory.get(), entry.path);
    }
    if (errno != EXDEV) {
        return system_failure("cannot restore " + entry.path, errno);
    }
    return copy_node({saved->directory.get(), saved->name, entry.path},
                     {spot->directory.get(), staged_name(number), entry.path}, entry.original)
        .and_then([&] { return put_in_place(*spot, staged_name(number)); });
}

class Undo {
  public:
    Undo(const Root& root, const Manifest& manifest, bool force)
        : root_(root), manifest_(manifest), force_(force) {}

    Result<void> take_back(std::size_t number) {
        const ManifestEntry& entry = manifest_.entries[number];
        const auto current = read_node(root_, entry.path);
        if (!current) {
            return tl::unexpected<Error>(current.error());
        }
        if (same_node(*current, entry.original)) {
            return {};
        }
        const bool is_ours = same_content(*current, entry.now);
        const bool is_forced = force_ && entry.made_by.empty();
        if (!is_ours && !is_forced) {
            leave(entry);
            return {};
        }
        if (!entry.original.is_there()) {
            undone_.removed.push_back(entry.path);
            return remove_file(root_, entry.path);
        }
        const auto saved = read_node(root_, original_path(number));
        if (!saved || !same_content(*saved, entry.original)) {
            // Lost, or not what it was: there is something that works in its place.
            leave(entry);
            return {};
        }
        undone_.restored.push_back(entry.path);
        return restore(root_, entry, number);
    }

    Result<void> remake(const Remake& remake) {
        if (undone_.remade.empty()) {
            return {};
        }
        if (remake) {
            return remake(undone_.remade);
        }
        for (const ManifestEntry& entry : manifest_.entries) {
            if (undone_.remade.count({entry.made_by, entry.release}) != 0) {
                undone_.left.push_back(entry.path);
            }
        }
        return {};
    }

    Undone& undone() { return undone_; }

  private:
    void leave(const ManifestEntry& entry) {
        if (is_remakeable(entry)) {
            undone_.remade.insert({entry.made_by, entry.release});
        } else {
            undone_.left.push_back(entry.path);
        }
    }

    const Root& root_;
    const Manifest& manifest_;
    bool force_;
    Undone undone_;
};

Result<void> tidy_folders(const Root& root, const Manifest& manifest) {
    for (const ManifestDirectory& directory : std::views::reverse(manifest.directories)) {
        if (!directory.is_created || leads_to_manifest(directory.path)) {
            continue;
        }
        if (auto removed = remove_folder(root, directory.path); !removed) {
            return removed;
        }
    }
    for (const ManifestDirectory& directory : manifest.directories) {
        if (directory.is_created) {
            continue;
        }
        if (auto dated = set_time(root, directory.path, directory.mtime); !dated) {
            return dated;
        }
    }
    return {};
}

}  // namespace

Result<Undone> take_back(const Root& root, const Manifest& manifest, bool force,
                         const Remake& remake) {
    const Manifest begun = mark_begun(root, manifest);
    Undo undo(root, begun, force);
    auto done = remove_staged(root, begun);
    for (std::size_t number = begun.entries.size(); done && number > 0; number--) {
        done = undo.take_back(number - 1);
    }
    done = done.and_then([&] { return undo.remake(remake); }).and_then([&] {
        return tidy_folders(root, begun);
    });
    if (done && undo.undone().left.empty()) {
        done = remove_state(root, begun);
    }
    if (!done) {
        return tl::unexpected<Error>(std::move(done).error());
    }
    return std::move(undo.undone());
}

}  // namespace netpoll_shim
