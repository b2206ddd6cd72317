// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/status.hpp"

#include <algorithm>

#include "facts/live/device.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

Result<StatusReport> status(const Context& context) {
    ModuleFiles files(context.sources.module_directory());
    auto devices = gather_devices(context.sources, files);
    if (!devices) {
        return tl::unexpected<Error>(std::move(devices).error());
    }
    StatusReport report;
    report.loaded = gather_loaded_shim(context.sources.paths);
    report.exit_code = report.loaded ? ExitCode::done : ExitCode::action_needed;
    std::copy_if(devices->begin(), devices->end(), std::back_inserter(report.devices),
                 [](const DeviceFacts& device) { return device.served.has_value(); });
    return report;
}

}  // namespace netpoll_shim
