// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace netpoll_shim {

struct BakeOptions {
    std::string root;
    std::optional<std::string> kernel;      // nothing: every kernel of the image
    bool all_kernels = false;               // said so; the same as without `kernel`
    std::vector<std::string> modaliases;    // devices besides those of EC2
    std::vector<std::string> module_files;  // for each kernel the first that fits
    bool dkms = false;                      // have the image's dkms build the module
    std::optional<std::string> build_tree;  // of this machine, to build the module on
    std::optional<std::string> source;      // of the module; nothing: /usr/src/netpoll-shim-VERSION
    std::optional<std::string> command;     // nothing: the running executable
    std::optional<std::string> database;    // a file or folder, for the image's db.d
    bool no_initramfs = false;
    bool dry_run = false;
    bool force = false;
    bool undo = false;
};

}  // namespace netpoll_shim
