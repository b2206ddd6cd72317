// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/dry_run.hpp"

#include <fmt/format.h>

#include "act/explain.hpp"
#include "act/loadable_file.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

Result<DryRun> make_dry_run(const ShimFacts& shim, const KernelFacts& kernel,
                            const ModuleActions& modules, const KernelLogOpener& open_log) {
    const auto file = loadable_file(shim, kernel);
    if (!file) {
        return tl::unexpected<Error>(file.error());
    }
    const auto log = open_log();
    if (!log) {
        return tl::unexpected<Error>(log.error());
    }
    if (const int error = modules.insert(file->path, "dry_run=1"); error != 0) {
        return tl::unexpected<Error>(explain_insert_failure(error, file->path, kernel));
    }
    // Whatever the log says, the module does not stay.
    const int remove_error = modules.remove(std::string(shim_module_name));
    if (remove_error != 0) {
        const Error error = explain_remove_failure(remove_error, kernel);
        return failure(fmt::format("the module stays loaded, with dry_run=1: {}", error.message),
                       "netpoll-shim unload");
    }
    KernelLogLines log_lines = read_kernel_log(*log);
    DryRun result;
    result.incomplete = std::move(log_lines.incomplete);
    for (const std::string& text : log_lines.lines) {
        if (auto line = parse_dry_run_line(text)) {
            result.lines.push_back(*std::move(line));
        }
    }
    return result;
}

}  // namespace netpoll_shim
