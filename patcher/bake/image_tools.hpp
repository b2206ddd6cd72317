// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bake/sandbox.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// Whether an image has a program where programs of the system are.
bool has_program(const Root& root, const std::string& name);

// What indexes the modules of a kernel. Fails where the image has no depmod.
Result<ImageTool> depmod_tool(const Root& root, const std::string& release);

// What makes a kernel's initramfs anew; nothing where that kernel has none, or the image has no
// tool for it: `note` says so then.
std::optional<ImageTool> initramfs_tool(const Root& root, const std::string& release,
                                        std::string& note);

}  // namespace netpoll_shim
