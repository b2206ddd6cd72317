// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "bake/sandbox.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// That depmod has found the module for each of the kernels: modprobe would.
Result<void> verify_indexed(const Root& root, const std::vector<Layer>& layers,
                            const std::vector<std::string>& releases);

// A file as it is over the image: the layers', or else the image's own.
Result<std::string> read_over(const Root& root, const std::vector<Layer>& layers,
                              const std::string& path, std::size_t limit);

}  // namespace netpoll_shim
