// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "util/result.hpp"

namespace netpoll_shim {

// Puts the next record of /dev/kmsg into `record`. Returns 0 or an errno value: EAGAIN where there
// is none yet, EPIPE where records were overwritten before they were read.
using KernelLogReader = std::function<int(std::string& record)>;

// Opens the kernel log at its end: what is there already is not read.
using KernelLogOpener = std::function<Result<KernelLogReader>()>;

struct KernelLogLines {
    std::vector<std::string> lines;  // what the kernel itself has written, without the prefix
    std::string incomplete;          // "", or why lines may be missing
};

// All that is in the log from the reader's position on. Lines that programs wrote into it are left
// out.
KernelLogLines read_kernel_log(const KernelLogReader& reader);

// /dev/kmsg of this host (Documentation/ABI/testing/dev-kmsg; since Linux 3.5).
Result<KernelLogReader> open_kernel_log();

}  // namespace netpoll_shim
