// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/survey.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "act/dry_run.hpp"
#include "evaluate/evaluate.hpp"
#include "facts/live/device.hpp"
#include "facts/live/kernel.hpp"
#include "facts/live/objects.hpp"
#include "facts/live/privilege.hpp"
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
    ModuleFiles files(context.sources.module_directory());
    const auto devices = gather_devices(context.sources, files);
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
    add_driver_objects(context.sources, survey.kernel, module_file, files, survey.devices);
    survey.needs_root = find_what_needs_root(context.sources, survey.shim);
    survey.database_warnings = context.database_warnings;
    judge(survey, context.database);
    return survey;
}

void judge(Survey& survey, const Database& database) {
    survey.verdicts.clear();
    for (const DeviceFacts& device : survey.devices) {
        survey.verdicts.push_back(evaluate(survey.kernel, device, survey.shim, database));
    }
}

void add_dry_run(Survey& survey, const Context& context) {
    const auto dry_run =
        make_dry_run(survey.shim, survey.kernel, context.modules, context.sources.open_kernel_log);
    if (!dry_run) {
        const Error& error = dry_run.error();
        survey.dry_run = DryRunReport{
            false,
            error.hint.empty() ? error.message : fmt::format("{}; {}", error.message, error.hint)};
        return;
    }
    for (DeviceFacts& device : survey.devices) {
        device.live_ops = find_live_ops(dry_run->lines, device);
    }
    survey.dry_run = DryRunReport{true, dry_run->incomplete};
    judge(survey, context.database);
}

}  // namespace netpoll_shim
