// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/state_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ranges>

#include "bake/staged.hpp"
#include "bake/undo.hpp"

namespace netpoll_shim {

namespace {

// There is nothing at a path, or no folder that it could be in.
bool is_gone(const std::error_code& error) {
    return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

Result<void> remove(const Root& root, const std::string& path, int flags) {
    const auto spot = root.spot(path);
    if (!spot) {
        return is_gone(spot.error())
                   ? Result<void>()
                   : system_failure("cannot remove " + path, spot.error().value());
    }
    if (unlinkat(spot->directory.get(), spot->name.c_str(), flags) == 0) {
        return sync_directory(spot->directory.get(), path);
    }
    const bool is_in_use = flags != 0 && (errno == ENOTEMPTY || errno == EEXIST);
    if (is_in_use || errno == ENOENT || errno == ENOTDIR) {
        return {};
    }
    return system_failure("cannot remove " + path, errno);
}

Result<void> empty_folder(const Root& root, const std::string& path, const std::string& but) {
    const auto entries = root.list(path);
    if (!entries) {
        return is_gone(entries.error())
                   ? Result<void>()
                   : system_failure("cannot read " + path, entries.error().value());
    }
    for (const Root::Entry& entry : *entries) {
        if (entry.kind == Root::Kind::directory || entry.name == but) {
            continue;
        }
        if (auto removed = remove_file(root, path + "/" + entry.name); !removed) {
            return removed;
        }
    }
    return {};
}

// A folder that others use, too, is to be read by everybody.
void open_what_is_left(const Root& root, const std::string& path) {
    if (const auto fd = root.open_directory(path)) {
        fchmod(fd->get(), open_mode);
    }
}

Result<void> remove_all_but_manifest(const Root& root) {
    return empty_folder(root, originals_folder, "")
        .and_then([&] { return remove_folder(root, originals_folder); })
        .and_then([&] { return empty_folder(root, bake_folder, "manifest.json"); });
}

}  // namespace

Result<void> remove_file(const Root& root, const std::string& path) {
    return remove(root, path, 0);
}

Result<void> remove_folder(const Root& root, const std::string& path) {
    return remove(root, path, AT_REMOVEDIR);
}

bool leads_to_manifest(const std::string& folder) {
    return std::string_view(manifest_path).starts_with(folder + "/");
}

Result<void> set_time(const Root& root, const std::string& folder, const timespec& time) {
    const auto directory = root.open_directory(folder);
    if (!directory) {
        return is_gone(directory.error())
                   ? Result<void>()
                   : system_failure("cannot open " + folder, directory.error().value());
    }
    const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT}, time};
    if (futimens(directory->get(), times.data()) != 0) {
        return system_failure("cannot set the time of " + folder, errno);
    }
    return {};
}

Result<void> set_state_modes(const Root& root, const Manifest& manifest, mode_t mode) {
    for (const ManifestDirectory& directory : manifest.directories) {
        if (!directory.is_created || !leads_to_manifest(directory.path)) {
            continue;
        }
        const auto fd = root.open_directory(directory.path);
        if (!fd || fchmod(fd->get(), mode) != 0) {
            return system_failure("cannot set the mode of " + directory.path,
                                  fd ? errno : fd.error().value());
        }
    }
    return {};
}

Result<void> remove_state(const Root& root, const Manifest& manifest) {
    auto removed = remove_all_but_manifest(root)
                       .and_then([&] { return set_state_modes(root, manifest, closed_mode); })
                       .and_then([&] { return remove_file(root, manifest_path); });
    if (!removed) {
        return removed;
    }
    for (const ManifestDirectory& directory : std::views::reverse(manifest.directories)) {
        if (!directory.is_created || !leads_to_manifest(directory.path)) {
            continue;
        }
        if (removed = remove_folder(root, directory.path); !removed) {
            return removed;
        }
        open_what_is_left(root, directory.path);
    }
    // Removing them has changed the time of the folder that they were in.
    for (const ManifestDirectory& directory : manifest.directories) {
        if (directory.is_created || !leads_to_manifest(directory.path)) {
            continue;
        }
        if (removed = set_time(root, directory.path, directory.mtime); !removed) {
            return removed;
        }
    }
    return {};
}

Result<void> clean_leftovers(const Root& root) {
    constexpr auto folder = "var/lib/netpoll-shim";
    const auto node = read_node(root, folder);
    if (!node) {
        return tl::unexpected<Error>(node.error());
    }
    const bool is_ours = node->kind == Node::Kind::directory && node->mode == closed_mode;
    if (!is_ours && !root.has_directory(bake_folder)) {
        return {};
    }
    return remove_all_but_manifest(root)
        .and_then([&] { return remove_folder(root, bake_folder); })
        .and_then([&] { return is_ours ? remove_folder(root, folder) : Result<void>(); })
        .map([&] {
            if (is_ours) {
                open_what_is_left(root, folder);
            }
        });
}

}  // namespace netpoll_shim
