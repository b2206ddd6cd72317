// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/facts.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// The module's file, where the kernel may take it. Fails where loading is bound to fail, in words
// that are clearer than the kernel's.
Result<ShimFile> loadable_file(const ShimFacts& shim, const KernelFacts& kernel);

}  // namespace netpoll_shim
