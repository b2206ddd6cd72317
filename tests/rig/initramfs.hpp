// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>

#include "options.hpp"

namespace rig {

class KernelTree;

// Writes the guests' initramfs to `file`: static busybox, the command with its
// libraries, the kernel tree's modules, the drivers of --driver, the agent.
// Throws on failure.
void write_initramfs(const Options& options, const KernelTree& tree,
                     const std::filesystem::path& file);

// The same with nothing of a C library in it: the static command, without ethtool.
void write_bare_initramfs(const Options& options, const KernelTree& tree,
                          const std::filesystem::path& file);

}  // namespace rig
