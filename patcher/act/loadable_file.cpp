// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/loadable_file.hpp"

#include <fmt/format.h>

#include "act/explain.hpp"

namespace netpoll_shim {

Result<ShimFile> loadable_file(const ShimFacts& shim, const KernelFacts& kernel) {
    if (kernel.modules_disabled && kernel.modules_disabled->value) {
        return tl::unexpected<Error>(modules_disabled_error());
    }
    if (!shim.file) {
        return failure(
            fmt::format("the module netpoll_shim was not found through modules.dep in {}",
                        shim.searched),
            fmt::format("install netpoll-shim-dkms and this kernel's headers, or build it (make "
                        "module KERNELDIR={}/build) and install it, or name the file: --module "
                        "FILE.ko",
                        shim.searched));
    }
    if (shim.file->fit == VermagicFit::differs) {
        return failure(
            fmt::format("{} was built for another kernel: its vermagic is '{}', this "
                        "kernel's is '{}'",
                        shim.file->path, shim.file->vermagic, shim.file->expected_vermagic),
            fmt::format("make module KERNELDIR=/lib/modules/{}/build", kernel.release));
    }
    return *shim.file;
}

}  // namespace netpoll_shim
