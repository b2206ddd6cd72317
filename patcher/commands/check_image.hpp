// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "evaluate/verdict.hpp"
#include "facts/image/image.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct CheckImageOptions {
    std::string root;
    std::optional<std::string> kernel;       // nothing: every kernel of the image
    bool all_kernels = false;                // said so; the same as without `kernel`
    std::vector<std::string> modaliases;     // devices besides those of EC2
    bool all_drivers = false;                // every network driver
    std::optional<std::string> module_file;  // in place of the image's netpoll_shim.ko
    bool explain = false;                    // the text shows the whole chain of evidence
};

// A kernel and what is concluded for its drivers.
struct JudgedKernel {
    ImageKernel kernel;
    std::vector<Verdict> verdicts;  // one for each of kernel.drivers
};

struct CheckImageReport {
    std::string root;
    MaybeFact<std::string> distribution;
    std::vector<JudgedKernel> kernels;
    std::vector<std::string> leftover;
    std::vector<std::string> database_warnings;  // of updates and local files out of force
    bool explain = false;
    ExitCode exit_code = ExitCode::done;
};

// Judges the network drivers of an image that is not running. Has no way to ask the running host:
// it gets nothing but the database.
Result<CheckImageReport> check_image(const CheckImageOptions& options, const Database& database);

}  // namespace netpoll_shim
