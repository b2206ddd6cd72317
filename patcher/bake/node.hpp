// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// What lies at a path of an image, without the bytes of it.
struct Node {
    enum class Kind { absent, file, link, directory, other };

    Kind kind = Kind::absent;
    mode_t mode = 0;  // the permissions
    uid_t uid = 0;
    gid_t gid = 0;
    timespec mtime{};
    std::string content;  // of a file its SHA-256 in hexadecimal, of a link its target

    bool is_there() const { return kind != Kind::absent; }
};

// The same bytes or the same target; owners, permissions and times aside.
bool same_content(const Node& left, const Node& right);
// And the same owner and permissions.
bool same_node(const Node& left, const Node& right);

// A name in a directory, links not followed. `path` is what an error calls it.
Result<Node> read_node(int directory, const std::string& name, const std::string& path);
// The same by a path in a root; absent, too, where its directory is.
Result<Node> read_node(const Root& root, const std::string& path);

// A file or link somewhere: a directory that is open, a name in it and what an error calls it.
struct NodePlace {
    int directory = -1;
    std::string name;
    std::string path;
};

// Makes a copy of the file or link, with what `node` has of it and all extended attributes but
// those of overlayfs, under a name that must be free. It is on the disk when this returns.
Result<void> copy_node(const NodePlace& from, const NodePlace& to, const Node& node);

// An error of a system call, by errno.
tl::unexpected<Error> system_failure(const std::string& what, int error);

// Has a directory's names written to the disk.
Result<void> sync_directory(int directory, const std::string& path);

}  // namespace netpoll_shim
