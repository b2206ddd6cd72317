// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/node.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <vector>

#include "util/sha256.hpp"
#include "util/streams.hpp"

namespace netpoll_shim {

namespace {

constexpr std::size_t block_size = std::size_t{1} << 20U;

// Calls work(bytes) for all that a file has.
template <typename Work>
Result<void> for_each_block(int file, const std::string& path, const Work& work) {
    std::vector<char> block(block_size);
    while (true) {
        const ssize_t count = read(file, block.data(), block.size());
        if (count < 0) {
            return system_failure("cannot read " + path, errno);
        }
        if (count == 0) {
            return {};
        }
        if (auto done = work(std::string_view(block.data(), static_cast<std::size_t>(count)));
            !done) {
            return done;
        }
    }
}

UniqueFd open_file(int directory, const std::string& name) {
    // Not to wait for what was put there in place of a file.
    return UniqueFd(
        openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
}

Result<std::string> digest_of(int directory, const std::string& name, const std::string& path) {
    const UniqueFd file = open_file(directory, name);
    if (!file.valid()) {
        return system_failure("cannot read " + path, errno);
    }
    Sha256 digest;
    const auto read = for_each_block(file.get(), path, [&](std::string_view bytes) -> Result<void> {
        digest.add(bytes);
        return {};
    });
    if (!read) {
        return tl::unexpected<Error>(read.error());
    }
    return digest.hex();
}

Result<std::string> target_of(int directory, const std::string& name, const std::string& path) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = readlinkat(directory, name.c_str(), target.data(), target.size());
    if (size < 0) {
        return system_failure("cannot read the link " + path, errno);
    }
    return std::string(target.data(), static_cast<std::size_t>(size));
}

Node::Kind kind_of(const struct stat& status) {
    switch (status.st_mode & S_IFMT) {
        case S_IFREG:
            return Node::Kind::file;
        case S_IFLNK:
            return Node::Kind::link;
        case S_IFDIR:
            return Node::Kind::directory;
        default:
            return Node::Kind::other;
    }
}

Result<void> copy_attributes(int from, int to, const std::string& path) {
    const ssize_t size = flistxattr(from, nullptr, 0);
    // Not every file system has any.
    if (size <= 0) {
        return {};
    }
    std::string names(static_cast<std::size_t>(size), '\0');
    const ssize_t filled = flistxattr(from, names.data(), names.size());
    names.resize(filled > 0 ? static_cast<std::size_t>(filled) : 0);
    for (std::size_t at = 0; at < names.size();) {
        const std::string name = names.c_str() + at;
        at += name.size() + 1;
        if (name.starts_with("trusted.overlay.")) {
            continue;
        }
        std::vector<char> value(XATTR_SIZE_MAX);
        const ssize_t count = fgetxattr(from, name.c_str(), value.data(), value.size());
        if (count < 0 ||
            fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(count), 0) != 0) {
            // The new place may have none of this kind: what matters is the file.
            if (errno == EOPNOTSUPP) {
                continue;
            }
            return system_failure(fmt::format("cannot set {} of {}", name, path), errno);
        }
    }
    return {};
}

Result<void> copy_file(const NodePlace& from, const NodePlace& to, const Node& node) {
    const UniqueFd source = open_file(from.directory, from.name);
    if (!source.valid()) {
        return system_failure("cannot read " + from.path, errno);
    }
    const UniqueFd file(openat(to.directory, to.name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.valid()) {
        return system_failure("cannot create " + to.path, errno);
    }
    if (auto copied = for_each_block(
            source.get(), from.path,
            [&](std::string_view bytes) { return write_all(file.get(), bytes, to.path); });
        !copied) {
        return copied;
    }
    // The owner first: changing it takes away the set-user-ID bit and capabilities.
    if (fchown(file.get(), node.uid, node.gid) != 0 || fchmod(file.get(), node.mode) != 0) {
        return system_failure("cannot set the owner of " + to.path, errno);
    }
    if (auto copied = copy_attributes(source.get(), file.get(), to.path); !copied) {
        return copied;
    }
    const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT}, node.mtime};
    if (futimens(file.get(), times.data()) != 0 || fsync(file.get()) != 0) {
        return system_failure("cannot write " + to.path, errno);
    }
    return {};
}

Result<void> copy_link(const NodePlace& to, const Node& node) {
    const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT}, node.mtime};
    if (symlinkat(node.content.c_str(), to.directory, to.name.c_str()) != 0 ||
        fchownat(to.directory, to.name.c_str(), node.uid, node.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        utimensat(to.directory, to.name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
        return system_failure("cannot create the link " + to.path, errno);
    }
    return {};
}

}  // namespace

tl::unexpected<Error> system_failure(const std::string& what, int error) {
    std::string hint;
    if (error == ENOSPC || error == EDQUOT) {
        hint = "make room there";
    } else if (error == EROFS) {
        hint = "mount it writable";
    }
    return failure(fmt::format("{}: {}", what, std::generic_category().message(error)), hint);
}

bool same_content(const Node& left, const Node& right) {
    return left.kind == right.kind && left.content == right.content;
}

bool same_node(const Node& left, const Node& right) {
    return same_content(left, right) && left.mode == right.mode && left.uid == right.uid &&
           left.gid == right.gid;
}

Result<Node> read_node(int directory, const std::string& name, const std::string& path) {
    struct stat status {};
    if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) {
            return Node();
        }
        return system_failure("cannot look at " + path, errno);
    }
    Node node;
    node.kind = kind_of(status);
    node.mode = status.st_mode & ~static_cast<mode_t>(S_IFMT);
    node.uid = status.st_uid;
    node.gid = status.st_gid;
    node.mtime = status.st_mtim;
    if (node.kind == Node::Kind::file || node.kind == Node::Kind::link) {
        auto content = node.kind == Node::Kind::file ? digest_of(directory, name, path)
                                                     : target_of(directory, name, path);
        if (!content) {
            return tl::unexpected<Error>(std::move(content).error());
        }
        node.content = *std::move(content);
    }
    return node;
}

Result<Node> read_node(const Root& root, const std::string& path) {
    const auto spot = root.spot(path);
    if (spot) {
        return read_node(spot->directory.get(), spot->name, path);
    }
    if (spot.error() == std::errc::no_such_file_or_directory) {
        return Node();
    }
    return system_failure("cannot look at " + path, spot.error().value());
}

Result<void> copy_node(const NodePlace& from, const NodePlace& to, const Node& node) {
    return node.kind == Node::Kind::link ? copy_link(to, node) : copy_file(from, to, node);
}

Result<void> sync_directory(int directory, const std::string& path) {
    // Some file systems have nothing to write for a directory.
    if (fsync(directory) != 0 && errno != EINVAL) {
        return system_failure("cannot write " + path, errno);
    }
    return {};
}

}  // namespace netpoll_shim
