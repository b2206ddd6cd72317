// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bake/manifest.hpp"

namespace netpoll_shim {

// A tool's work for one kernel: "depmod" or "initramfs", and the release.
using ToolWork = std::pair<std::string, std::string>;

// Makes anew what others have made since, without what the bake had put there.
using Remake = std::function<Result<void>(const std::set<ToolWork>&)>;

struct Undone {
    std::vector<std::string> removed;
    std::vector<std::string> restored;
    std::vector<std::string> left;  // changed by others since: not touched
    std::set<ToolWork> remade;
};

// Takes back what a manifest says, as far as it was done: whole bakes, and interrupted ones. Can be
// interrupted and begun again. What others changed since is left alone (with `force` it is removed,
// where it was the bake's own), and the manifest stays as long as there is such a thing. The
// originals come back as the very files they were. Needs no room on the disk, but for originals on
// another file system than the manifest's.
Result<Undone> take_back(const Root& root, const Manifest& manifest, bool force = false,
                         const Remake& remake = {});

// Removes what a bake leaves that was interrupted before it had a manifest, or an undo after.
Result<void> clean_leftovers(const Root& root);

}  // namespace netpoll_shim
