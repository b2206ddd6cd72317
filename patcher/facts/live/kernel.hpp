// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/live/sources.hpp"

namespace netpoll_shim {

// Facts of the running kernel, each absent where its file is.
KernelFacts gather_kernel(const HostSources& sources);

}  // namespace netpoll_shim
