// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/survey.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evaluate/evaluate.hpp"
#include "facts/live/device.hpp"
#include "facts/live/kernel.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

namespace {

Result<std::vector<DeviceFacts>> select(const std::vector<DeviceFacts>& devices,
                                        const std::vector<std::string>& interfaces) {
    std::vector<DeviceFacts> selected;
    if (interfaces.empty()) {
        std::copy_if(devices.begin(), devices.end(), std::back_inserter(selected),
                     [](const DeviceFacts& device) { return device.driver.has_value(); });
        return selected;
    }
    for (const std::string& name : interfaces) {
        const auto is_it = [&](const DeviceFacts& device) { return device.name == name; };
        const auto found = std::find_if(devices.begin(), devices.end(), is_it);
        if (found == devices.end()) {
            return failure(fmt::format("{}: no such network interface", name),
                           "ls /sys/class/net lists them");
        }
        if (std::none_of(selected.begin(), selected.end(), is_it)) {
            selected.push_back(*found);
        }
    }
    return selected;
}

}  // namespace

Result<Survey> survey_host(const Context& context, const std::vector<std::string>& interfaces,
                           const std::optional<std::string>& module_file) {
    const auto devices = gather_devices(context.sources);
    if (!devices) {
        return tl::unexpected<Error>(devices.error());
    }
    auto selected = select(*devices, interfaces);
    if (!selected) {
        return tl::unexpected<Error>(std::move(selected).error());
    }
    auto shim = gather_shim(context.sources, *devices, module_file);
    if (!shim) {
        return tl::unexpected<Error>(std::move(shim).error());
    }

    Survey survey;
    survey.kernel = gather_kernel(context.sources);
    survey.shim = *std::move(shim);
    survey.devices = *std::move(selected);
    for (const DeviceFacts& device : survey.devices) {
        survey.verdicts.push_back(evaluate(survey.kernel, device, survey.shim, context.database));
    }
    return survey;
}

}  // namespace netpoll_shim
