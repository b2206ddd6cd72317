// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/image/image.hpp"
#include "facts/image/symbols.hpp"

namespace netpoll_shim {

// What the files of one kernel of an image tell.
ImageKernel gather_image_kernel(const Root& root, const KernelPlaces& places,
                                const MaybeFact<std::string>& distribution,
                                const ImageQuery& query);

}  // namespace netpoll_shim
