// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>

#include "guest.hpp"
#include "kernel_tree.hpp"
#include "options.hpp"

namespace rig {

// What all guests of a run share: made once, for the whole run.
struct Rig {
    explicit Rig(const Options& given);

    // As Guest's constructor.
    Guest boot(const GuestConfig& config) const { return boot(config, initramfs); }
    Guest boot(const GuestConfig& config, const std::filesystem::path& other_initramfs) const {
        return {options, tree.image(), other_initramfs, config};
    }

    Options options;
    KernelTree tree;
    std::filesystem::path initramfs;
};

}  // namespace rig
