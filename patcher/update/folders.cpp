// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/folders.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "util/write_file.hpp"

namespace netpoll_shim {

namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

Result<std::optional<UniqueFd>> open_folder_at(const UniqueFd& parent, const std::string& name,
                                               const std::string& path) {
    UniqueFd folder(openat(parent.get(), name.c_str(), folder_flags));
    if (folder.valid()) {
        return std::optional<UniqueFd>(std::move(folder));
    }
    if (errno == ENOENT) {
        return std::nullopt;
    }
    if (errno == ELOOP || errno == ENOTDIR) {
        return failure(fmt::format("{} is not a folder of its own", path),
                       "a symbolic link or a file is in its place: remove it",
                       ExitCode::database_invalid);
    }
    return errno_failure("cannot open " + path);
}

Result<UniqueFd> make_folder_at(const UniqueFd& parent, const std::string& name,
                                const std::string& path) {
    constexpr unsigned mode = 0755;
    const bool is_new = mkdirat(parent.get(), name.c_str(), mode) == 0;
    if (!is_new && errno != EEXIST) {
        return errno_failure("cannot make " + path);
    }
    auto opened = open_folder_at(parent, name, path);
    if (!opened) {
        return tl::unexpected<Error>(std::move(opened).error());
    }
    std::optional<UniqueFd>& folder = *opened;
    if (!folder) {
        return failure(fmt::format("{} went away while it was opened", path));
    }
    if (is_new) {
        // Whatever the umask is: everybody may read it.
        if (fchmod(folder->get(), mode) != 0) {
            return errno_failure("cannot make " + path);
        }
        if (auto synced = sync_folder(parent, path); !synced) {
            return tl::unexpected<Error>(std::move(synced).error());
        }
    }
    return *std::move(folder);
}

std::vector<std::string> names_in(const UniqueFd& folder) {
    std::vector<std::string> names;
    // A descriptor of its own: reading moves its place.
    const int copy = openat(folder.get(), ".", folder_flags);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(copy >= 0 ? fdopendir(copy) : nullptr,
                                                     [](DIR* open) { return closedir(open); });
    if (!stream) {
        return names;
    }
    while (const dirent* entry = readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe)
        const std::string name = entry->d_name;
        if (name != "." && name != "..") {
            names.push_back(name);
        }
    }
    return names;
}

void remove_folder_at(const UniqueFd& parent, const std::string& name) {
    const UniqueFd folder(openat(parent.get(), name.c_str(), folder_flags));
    if (!folder.valid()) {
        // A file or a link, whatever it names.
        unlinkat(parent.get(), name.c_str(), 0);
        return;
    }
    for (const std::string& file : names_in(folder)) {
        unlinkat(folder.get(), file.c_str(), 0);
    }
    unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);
}

}  // namespace netpoll_shim
