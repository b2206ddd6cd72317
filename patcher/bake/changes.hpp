// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "bake/node.hpp"
#include "bake/sandbox.hpp"

namespace netpoll_shim {

// A file or link of an image that was written, or taken away, in the sandbox.
struct Change {
    std::string path;  // without links and ".."
    Node now;          // absent: taken away
    Node before;       // absent: it is new
    std::size_t layer = 0;
    std::string in_layer;  // its path there
};

struct NewFolder {
    std::string path;
    Node node;
};

struct Changes {
    std::vector<NewFolder> folders;            // parents come before what is in them
    std::vector<Change> files;                 // by path
    std::vector<std::string> removed_folders;  // parents come before what is in them
};

// What differs between the layers and the image. What a tool wrote as it was before, and what it
// left in places that are emptied at every boot, or hold logs and caches, is none.
// Fails for a folder that was replaced, and for what is neither file, link nor folder.
Result<Changes> find_changes(const Root& root, const std::vector<Layer>& layers);

}  // namespace netpoll_shim
