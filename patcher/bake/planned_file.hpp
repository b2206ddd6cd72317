// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <string>

#include "bake/node.hpp"

namespace netpoll_shim {

// A file or link that is to be in an image, owned by root.
struct PlannedFile {
    std::string path;  // below the root
    Node::Kind kind = Node::Kind::file;
    mode_t mode = 0644;
    std::string content;  // of a file its bytes, of a link its target

    enum class State {
        missing,   // is to be written
        there,     // as it should be, and not ours: it is left alone, and stays at an undo
        ours,      // as it should be, by an earlier bake
        outdated,  // as an earlier bake wrote it: is to be replaced
    };
    State state = State::missing;
};

}  // namespace netpoll_shim
