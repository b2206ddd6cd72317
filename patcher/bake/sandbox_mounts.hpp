// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "bake/sandbox.hpp"

namespace netpoll_shim {

// What the sandbox is built of; for sandbox.cpp alone.
struct SandboxMounts {
    std::string merged;         // where the image can be written to
    std::vector<Layer> layers;  // the root's first
};

// Mounts an overlay over each file system of the image, with proc, sys, dev and run. To be called
// in a mount namespace of its own, which ends up with all of it; `directory` is an absolute path
// without links.
Result<SandboxMounts> mount_sandbox(const std::string& directory);

}  // namespace netpoll_shim
