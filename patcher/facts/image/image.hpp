// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "facts/image/modalias.hpp"
#include "facts/object/module_file.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

struct ImageQuery {
    std::optional<std::string> release;   // nothing: every kernel of the image
    std::vector<Modalias> modaliases;     // the devices that the image may meet
    bool all_drivers = false;             // also network drivers that bind to none of these
    std::optional<ModuleFile> shim_file;  // checked in place of the image's own
};

// A driver of an image; its device has no name yet.
struct ImageDriver {
    DeviceFacts device;
    std::vector<std::string> binds;  // modaliases
};

struct ImageKernel {
    KernelFacts facts;
    ShimFacts shim;
    std::vector<ImageDriver> drivers;  // by name
    std::vector<std::string> unbound;  // modaliases that no driver binds to
    std::vector<std::string> notes;    // what was found and does not count, or could not be read
};

struct ImageFacts {
    MaybeFact<std::string> distribution;
    std::vector<ImageKernel> kernels;   // by version
    std::vector<std::string> leftover;  // module directories of kernels that are gone
};

// Everything that the files below a root tell, and nothing that the running machine does. Fails
// where there is no kernel, or not the one that was asked for.
Result<ImageFacts> gather_image(const Root& root, const ImageQuery& query);

}  // namespace netpoll_shim
