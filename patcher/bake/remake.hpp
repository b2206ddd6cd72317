// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <set>

#include "bake/manifest.hpp"
#include "bake/undo.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// Runs the image's tools for kernels that are still there, and puts what they make in place of what
// others had them make while the image was baked. Can be interrupted and begun again.
Result<void> remake_in_image(const Root& root, const std::set<ToolWork>& work);

// Has the image's dkms remove what it built for kernels that came after the bake that had it build
// for the first ones. Does nothing where there is no such kernel.
Result<void> remove_later_builds(const Root& root, const Manifest& manifest);

}  // namespace netpoll_shim
