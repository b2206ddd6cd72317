// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/root.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <optional>

#include "util/file.hpp"

namespace netpoll_shim {

// A file or directory that a path leads to. Not openat2(2) with RESOLVE_IN_ROOT, which kernels
// before 5.6 lack.
struct Root::Place {
    UniqueFd fd;                  // O_PATH
    UniqueFd parent;              // the directory that has it; none for the root itself
    std::vector<std::string> at;  // its names below the root

    std::string path() const { return fmt::format("{}", fmt::join(at, "/")); }
};

namespace {

constexpr unsigned most_links = 40;  // path_resolution(7)

auto failed_with(int number) {
    return tl::unexpected(std::error_code(number, std::generic_category()));
}

// The names of a path, the last one first.
std::vector<std::string> names_of(std::string_view path) {
    std::vector<std::string> names;
    while (!path.empty()) {
        const auto name = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(name.size() + 1, path.size()));
        if (!name.empty() && name != ".") {
            names.emplace_back(name);
        }
    }
    std::reverse(names.begin(), names.end());
    return names;
}

UniqueFd open_path(int directory, const std::string& name) {
    return UniqueFd(openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
}

std::optional<mode_t> kind_of(const UniqueFd& fd) {
    struct stat status {};
    if (!fd.valid() || fstat(fd.get(), &status) != 0) {
        return std::nullopt;
    }
    return status.st_mode & S_IFMT;
}

tl::expected<std::string, std::error_code> target_of(const UniqueFd& link) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = readlinkat(link.get(), "", target.data(), target.size());
    if (size < 0) {
        return failed_with(errno);
    }
    return std::string(target.data(), static_cast<std::size_t>(size));
}

}  // namespace

Result<Root> Root::open(const std::filesystem::path& directory) {
    UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) {
        const int error = errno;
        return failure(fmt::format("cannot look into {}: {}", directory.string(),
                                   std::generic_category().message(error)),
                       error == ENOTDIR ? "--root takes a directory: mount or unpack the image"
                                        : "is it mounted?");
    }
    return Root(directory.string(), std::move(fd));
}

tl::expected<Root::Place, std::error_code> Root::walk(std::string_view path) const {
    std::vector<UniqueFd> directories;  // that of each name in `at`, but for the last
    Place place{UniqueFd(-1), UniqueFd(-1), {}};
    const auto directory = [&] {
        return directories.empty() ? fd_.get() : directories.back().get();
    };
    auto names = names_of(path);
    unsigned links = 0;
    while (!names.empty()) {
        const std::string name = std::move(names.back());
        names.pop_back();
        if (name == "..") {
            if (!directories.empty()) {
                directories.pop_back();
                place.at.pop_back();
            }
            continue;
        }
        UniqueFd next = open_path(directory(), name);
        const auto kind = kind_of(next);
        if (!kind) {
            return failed_with(errno);
        }
        if (kind == S_IFLNK) {
            if (++links > most_links) {
                return failed_with(ELOOP);
            }
            const auto target = target_of(next);
            if (!target) {
                return tl::unexpected(target.error());
            }
            if (target->starts_with('/')) {
                directories.clear();
                place.at.clear();
            }
            const auto more = names_of(*target);
            names.insert(names.end(), more.begin(), more.end());
            continue;
        }
        place.at.push_back(name);
        if (kind == S_IFDIR) {
            directories.push_back(std::move(next));
        } else if (!names.empty()) {
            return failed_with(ENOTDIR);
        } else {
            place.parent = UniqueFd(openat(directory(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
            place.fd = std::move(next);
            return place;
        }
    }
    place.fd = UniqueFd(openat(directory(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!place.fd.valid()) {
        return failed_with(errno);
    }
    return place;
}

bool Root::has_file(std::string_view path) const {
    const auto place = walk(path);
    return place && kind_of(place->fd) == S_IFREG;
}

bool Root::has_directory(std::string_view path) const {
    const auto place = walk(path);
    return place && kind_of(place->fd) == S_IFDIR;
}

tl::expected<std::string, std::error_code> Root::resolve(std::string_view path) const {
    const auto place = walk(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    return place->path();
}

Result<std::string> Root::read(std::string_view path, std::size_t limit) const {
    const auto failed = [&](const std::error_code& error) {
        return failure(fmt::format("cannot read {}: {}", path, error.message()));
    };
    const auto place = walk(path);
    if (!place) {
        return failed(place.error());
    }
    if (!place->parent.valid()) {
        return failed(std::make_error_code(std::errc::is_a_directory));
    }
    const UniqueFd file(openat(place->parent.get(), place->at.back().c_str(),
                               O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) {
        return failed({errno, std::generic_category()});
    }
    return read_open_file(file, std::string(path), limit);
}

tl::expected<UniqueFd, std::error_code> Root::open_directory(std::string_view path) const {
    const auto place = walk(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    UniqueFd fd(openat(place->fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) {
        return failed_with(errno);
    }
    return fd;
}

tl::expected<Root::Spot, std::error_code> Root::spot(std::string_view path) const {
    auto names = names_of(path);
    if (names.empty() || names.front() == "..") {
        return failed_with(EINVAL);
    }
    const std::string name = std::move(names.front());
    names.erase(names.begin());
    std::reverse(names.begin(), names.end());
    const auto place = walk(fmt::format("{}", fmt::join(names, "/")));
    if (!place) {
        return tl::unexpected(place.error());
    }
    UniqueFd directory(openat(place->fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid()) {
        return failed_with(errno);
    }
    std::string below = place->path();
    below += below.empty() ? "" : "/";
    return Spot{std::move(directory), name, below + name};
}

tl::expected<std::vector<Root::Entry>, std::error_code> Root::list(std::string_view path) const {
    auto opened = open_directory(path);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    const int fd = opened->release();
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(fd), closedir);
    std::vector<Entry> entries;
    errno = 0;
    while (const dirent* entry = readdir(directory.get())) {
        const std::string name = entry->d_name;
        if (name == "." || name == "..") {
            continue;
        }
        // Not every file system tells the kind.
        const auto kind = entry->d_type == DT_UNKNOWN ? kind_of(open_path(fd, name)).value_or(0)
                                                      : static_cast<mode_t>(DTTOIF(entry->d_type));
        entries.push_back({name, kind == S_IFREG   ? Kind::file
                                 : kind == S_IFDIR ? Kind::directory
                                 : kind == S_IFLNK ? Kind::link
                                                   : Kind::other});
        errno = 0;
    }
    if (errno != 0) {
        return failed_with(errno);
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& left, const Entry& right) { return left.name < right.name; });
    return entries;
}

}  // namespace netpoll_shim
