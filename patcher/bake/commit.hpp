// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "bake/changes.hpp"
#include "bake/manifest.hpp"

namespace netpoll_shim {

// The manifest of what is about to be done, with the entries in the order in which the image is
// best off if it stays with the first of them: the module before what names it, what starts it
// last. `own` are the paths that the bake itself writes.
Result<Manifest> make_manifest(const Root& root, const Changes& changes,
                               const std::vector<std::string>& own,
                               const std::vector<std::string>& releases);

// Puts the changes into the image. Whenever it is interrupted, every file is as it was or as it
// is to be, the manifest says which are concerned, and undo() takes them back. All that needs room
// on the disk comes before the first file is replaced. Where it fails, it has taken back what it
// did, or the error says that it could not.
Result<void> commit(const Root& root, const Manifest& manifest, const Changes& changes,
                    const std::vector<Layer>& layers);

}  // namespace netpoll_shim
