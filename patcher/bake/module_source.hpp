// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "bake/options.hpp"
#include "bake/planned_file.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// Where DKMS looks for the module's source, in an image and on this machine.
std::string dkms_source_folder();

// The module's source, of which the options name the folder on this machine, as files below `to`.
Result<std::vector<PlannedFile>> read_module_source(const BakeOptions& options,
                                                    const std::string& to);

// netpoll_shim.ko, built on a kernel's build tree of this machine. Fails with the compiler's
// output.
Result<std::string> build_on_tree(const std::vector<PlannedFile>& source, const std::string& tree);

// The same on the tree of the image's own kernel, with the compiler of the image, which is not
// changed.
Result<std::string> build_in_image(const Root& root, const std::string& release,
                                   const BakeOptions& options);

}  // namespace netpoll_shim
