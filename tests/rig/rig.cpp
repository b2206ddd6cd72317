// SPDX-License-Identifier: GPL-2.0-or-later
#include "rig.hpp"

#include "initramfs.hpp"

namespace rig {

Rig::Rig(const Options& given)
    : options(given), tree(options), initramfs(options.build / "initramfs.cpio") {
    write_initramfs(options, tree, initramfs);
}

}  // namespace rig
