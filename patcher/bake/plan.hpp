// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bake/manifest.hpp"
#include "bake/options.hpp"
#include "bake/planned_file.hpp"
#include "bake/sandbox.hpp"
#include "commands/check_image.hpp"
#include "database/database.hpp"
#include "update/layers.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

struct KernelPlan {
    std::string release;
    bool needs_module = false;
    std::string module_from;  // where the module comes from; "" where none is needed
    bool by_dkms = false;     // the image's dkms is to build it
};

// What is to be in an image, and what brings it there.
struct BakePlan {
    std::vector<JudgedKernel> judged;
    std::vector<KernelPlan> kernels;
    std::vector<PlannedFile> files;  // paths without links
    std::vector<ImageTool> tools;    // in their order
    std::vector<std::string> notes;
    std::vector<std::string> database_warnings;

    // The kernels that get the module.
    std::vector<std::string> releases() const;
    // Whether the image is as planned already.
    bool is_done() const;
};

// Judges the image and says what it lacks. Changes nothing; builds the module where it has to be
// built. A plan without files is that of an image which needs nothing. Fails where a device must
// not be served (exit code 3) or too little is known (4) and --force was not given, where a kernel
// has no module that fits, and where other files are in the way.
Result<BakePlan> make_plan(const Root& root, const BakeOptions& options,
                           const ShippedDatabase& shipped, const std::optional<Manifest>& earlier);

// The text of a planned command: "depmod 6.1.0-18-amd64".
std::string words_of(const ImageTool& tool);

}  // namespace netpoll_shim
