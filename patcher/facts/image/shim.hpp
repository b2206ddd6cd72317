// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "facts/image/module_tree.hpp"
#include "facts/image/scan.hpp"
#include "facts/image/symbol_fit.hpp"
#include "facts/image/symbols.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

// The netpoll_shim.ko of a kernel in an image, or the one that is to be checked in its place.
struct ImageShim {
    std::optional<ModuleFile> file;
    std::string unreadable;  // why a file that is there tells nothing

    // Those that it needs from the kernel.
    std::set<std::string> symbols() const;
};

// The release that a vermagic begins with.
std::string_view release_of(std::string_view vermagic);

// Takes the shim's file out of the tree, so that it is not scanned as a driver.
ImageShim take_shim(const Root& root, ModuleTree& tree, const ImageQuery& query);

// Whether the kernel would load it: by vermagic, compared with that of the kernel's own modules,
// and by its symbols. As in same_magic() of kernel/module/version.c the release may differ where
// the module carries CRCs; then they must all be known to fit.
ShimFacts describe_image_shim(const ImageShim& shim, const KernelPlaces& kernel,
                              const std::vector<ScannedModule>& modules, const Symvers* symvers,
                              const KernelImage* image);

}  // namespace netpoll_shim
