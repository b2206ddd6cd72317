// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bake/options.hpp"
#include "bake/planned_file.hpp"
#include "commands/check_image.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// The netpoll_shim.ko that a kernel of an image is to have.
struct KernelModule {
    std::string from;                 // a file, or how it was built; "": dkms is to build it
    std::optional<PlannedFile> file;  // nothing: it is there, or dkms makes it
};

// Judges the kernel again with another file in place of the image's netpoll_shim.ko.
using JudgeWith =
    std::function<Result<JudgedKernel>(const std::string& release, const std::string& module_file)>;

// Finds or builds it, and has it checked: that vermagic and symbols are the kernel's, and that it
// is signed where the kernel asks for it (but not with --force). `is_ours` tells of a path whether
// an earlier bake put the file there.
Result<KernelModule> find_kernel_module(const Root& root, const JudgedKernel& kernel,
                                        const BakeOptions& options, const JudgeWith& judge_with,
                                        const std::function<bool(const std::string&)>& is_ours);

// Why a kernel would not load this module; nothing where it would.
std::optional<Error> find_misfit(const JudgedKernel& kernel, bool force);

}  // namespace netpoll_shim
