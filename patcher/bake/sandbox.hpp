// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "bake/planned_file.hpp"
#include "util/result.hpp"
#include "util/root.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

// A program of the image to run in it.
struct ImageTool {
    std::vector<std::string> arguments;
    std::string missing_hint;  // what to do where the image does not have it
};

// What was written to one file system of an image: the upper directory of an overlay over it.
struct Layer {
    std::string below;  // where it is mounted in the image; "" for the root
    UniqueFd upper;
};

// Writes the files over an image and runs its tools in it, one after the other, without changing
// it: mounts, files and processes are in namespaces of their own and in memory, and gone when the
// layers are closed, or when this process is killed. Fails with a tool's output where one fails.
Result<std::vector<Layer>> run_in_sandbox(const Root& root, const std::vector<PlannedFile>& files,
                                          const std::vector<ImageTool>& tools);

}  // namespace netpoll_shim
