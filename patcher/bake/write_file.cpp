// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "util/streams.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

constexpr mode_t folder_mode = 0755;

Result<void> write_contents(const Root::Spot& spot, const PlannedFile& file) {
    const UniqueFd fd(openat(spot.directory.get(), spot.name.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode));
    if (!fd.valid()) {
        return system_failure("cannot create " + file.path, errno);
    }
    if (auto written = write_all(fd.get(), file.content, file.path); !written) {
        return written;
    }
    // Whatever the umask is
    if (fchmod(fd.get(), file.mode) != 0) {
        return system_failure("cannot set the mode of " + file.path, errno);
    }
    return {};
}

}  // namespace

Result<DeepestFolder> deepest_folder(const Root& root, const std::string& path) {
    DeepestFolder deepest;
    fs::path folder = fs::path(path).parent_path();
    while (true) {
        const auto there = root.resolve(folder.string());
        if (there) {
            if (!root.has_directory(*there)) {
                return failure(fmt::format("{} is no folder", *there));
            }
            deepest.there = *there;
            return deepest;
        }
        if (there.error() != std::errc::no_such_file_or_directory) {
            return system_failure("cannot look at " + folder.string(), there.error().value());
        }
        // A link that leads nowhere is no folder that could be created.
        if (const auto node = read_node(root, folder.string()); node && node->is_there()) {
            return failure(fmt::format("{} is a link that leads nowhere", folder.string()));
        }
        deepest.missing.insert(deepest.missing.begin(), folder.filename().string());
        folder = folder.parent_path();
    }
}

Result<std::string> settle_path(const Root& root, const std::string& path) {
    const auto deepest = deepest_folder(root, path);
    if (!deepest) {
        return tl::unexpected<Error>(deepest.error());
    }
    fs::path settled = deepest->there;
    for (const std::string& name : deepest->missing) {
        settled /= name;
    }
    return (settled / fs::path(path).filename()).string();
}

Result<void> write_planned(const Root& root, const PlannedFile& file) {
    const auto deepest = deepest_folder(root, file.path);
    if (!deepest) {
        return tl::unexpected<Error>(deepest.error());
    }
    fs::path folder = deepest->there;
    for (const std::string& name : deepest->missing) {
        const auto above = root.open_directory(folder.string());
        folder /= name;
        // Whatever the umask is
        if (!above || mkdirat(above->get(), name.c_str(), folder_mode) != 0 ||
            fchmodat(above->get(), name.c_str(), folder_mode, 0) != 0) {
            return system_failure("cannot create " + folder.string(),
                                  above ? errno : above.error().value());
        }
    }
    const auto spot = root.spot((folder / fs::path(file.path).filename()).string());
    if (!spot) {
        return system_failure("cannot create " + file.path, spot.error().value());
    }
    if (file.kind == Node::Kind::file) {
        return write_contents(*spot, file);
    }
    if (symlinkat(file.content.c_str(), spot->directory.get(), spot->name.c_str()) != 0) {
        return system_failure("cannot create the link " + file.path, errno);
    }
    return {};
}

}  // namespace netpoll_shim
