// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "act/explain.hpp"
#include "act/loadable_file.hpp"
#include "act/nothing_to_do.hpp"
#include "act/plan.hpp"
#include "commands/privilege.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

namespace {

LoadReport nothing_to_do(Survey survey, const LoadOptions& options) {
    LoadReport report;
    report.outcome = LoadOutcome::nothing_to_do;
    report.force = options.force;
    NothingToDo nothing = explain_nothing_to_do(survey.verdicts);
    report.exit_code = nothing.exit_code;
    if (report.exit_code != ExitCode::done) {
        report.problem = Error{"nothing to do: " + nothing.why, nothing.hint, report.exit_code};
    }
    report.why = std::move(nothing.why);
    report.survey = std::move(survey);
    return report;
}

// Takes a module with another policy out of the kernel. Fails while a target holds it, and where
// there would be none to load in its place.
Result<void> unload_other(const LoadedShim& loaded, const Survey& survey, const Context& context) {
    if (const auto file = loadable_file(survey.shim, survey.kernel); !file) {
        return tl::unexpected<Error>(file.error());
    }
    if (loaded.refcnt.value_or(0) > 0) {
        Error error = in_use_error();
        error.message += fmt::format(", with the policy '{}'", loaded.policy);
        return tl::unexpected<Error>(std::move(error));
    }
    if (const int error = context.modules.remove(std::string(shim_module_name)); error != 0) {
        return tl::unexpected<Error>(explain_remove_failure(error, survey.kernel));
    }
    return {};
}

// The devices that the policy was made for and that the module, now that it is loaded, does not
// serve although it could.
std::string find_unserved(const std::vector<Verdict>& planned, const Policy& policy, bool force,
                          const std::vector<DeviceFacts>& devices) {
    std::string unserved;
    for (const Verdict& verdict : planned) {
        const auto device = std::find_if(
            devices.begin(), devices.end(),
            [&](const DeviceFacts& candidate) { return candidate.name == verdict.interface; });
        if (!planned_mode(verdict, force) || device == devices.end()) {
            continue;
        }
        const Mode mode = policy.at(verdict.driver);
        const auto& served = device->served;
        const bool is_served = served && served->mode.value == mode_name(mode);
        const bool waits = !served && !device->up && polls_napi(mode);
        if (!is_served && !waits) {
            unserved += fmt::format("{}{}", unserved.empty() ? "" : ", ", device->name);
        }
    }
    return unserved;
}

// Whether the loaded module does what `policy` wants: by that very policy, or by its built-in
// table, which may have come to the same.
bool does_as_planned(const LoadedShim& loaded, const Survey& survey, const Policy& policy,
                     bool force) {
    if (loaded.dry_run) {
        return false;
    }
    return loaded.policy == format_policy(policy) ||
           (loaded.policy == builtin_policy &&
            find_unserved(survey.verdicts, policy, force, survey.devices).empty());
}

// The devices keep what the dry run saw of them.
void keep_dry_run(const Survey& before, Survey& after) {
    after.dry_run = before.dry_run;
    for (DeviceFacts& device : after.devices) {
        const auto same = std::find_if(
            before.devices.begin(), before.devices.end(), [&](const DeviceFacts& candidate) {
                return candidate.name == device.name && candidate.bus_address == device.bus_address;
            });
        if (same != before.devices.end()) {
            device.live_ops = same->live_ops;
        }
    }
}

// Looks at the host again: the module tells of each device that it serves.
Result<LoadReport> verify(LoadReport report, const Policy& policy, const LoadOptions& options,
                          const Context& context) {
    auto after = survey_host(context, {}, options.module_file);
    if (!after) {
        return tl::unexpected<Error>(std::move(after).error());
    }
    const std::string unserved =
        find_unserved(report.survey.verdicts, policy, options.force, after->devices);
    if (!unserved.empty()) {
        report.problem = Error{fmt::format("the module is loaded, but does not serve {}", unserved),
                               "dmesg | grep netpoll_shim says why"};
        report.exit_code = ExitCode::failed;
    }
    keep_dry_run(report.survey, *after);
    judge(*after, context.database);
    report.survey = *std::move(after);
    return report;
}

bool is_native(const Verdict& verdict) {
    return verdict.kind == VerdictKind::native;
}

// The module is about to be inserted: what it sees of the devices may show that it need not be.
void look_at_devices(Survey& survey, const Context& context) {
    if (!survey.shim.loaded &&
        !std::all_of(survey.verdicts.begin(), survey.verdicts.end(), is_native)) {
        add_dry_run(survey, context);
    }
}

Result<LoadReport> insert(LoadReport report, const Policy& policy, const LoadOptions& options,
                          const Context& context) {
    const auto file = loadable_file(report.survey.shim, report.survey.kernel);
    if (!file) {
        return tl::unexpected<Error>(file.error());
    }
    report.policy = format_policy(policy);
    if (const int errno_value = context.modules.insert(file->path, "policy=" + report.policy);
        errno_value != 0) {
        Error error = explain_insert_failure(errno_value, file->path, report.survey.kernel);
        if (report.outcome == LoadOutcome::reloaded) {
            error.message += "; the module that was loaded before is gone";
        }
        return tl::unexpected<Error>(std::move(error));
    }
    return verify(std::move(report), policy, options, context);
}

}  // namespace

Result<LoadReport> load(const LoadOptions& options, const Context& context) {
    if (auto allowed = require_root(context.sources, "load"); !allowed) {
        return tl::unexpected<Error>(std::move(allowed).error());
    }
    auto survey = survey_host(context, {}, options.module_file);
    if (!survey) {
        return tl::unexpected<Error>(std::move(survey).error());
    }
    LoadReport report;
    report.force = options.force;
    report.outcome = LoadOutcome::loaded;
    if (const auto loaded = survey->shim.loaded) {
        const Policy policy = plan_policy(survey->verdicts, options.force);
        if (policy.empty()) {
            return nothing_to_do(*std::move(survey), options);
        }
        if (does_as_planned(*loaded, *survey, policy, options.force)) {
            report.outcome = LoadOutcome::already_loaded;
            report.policy = format_policy(policy);
            report.survey = *std::move(survey);
            return verify(std::move(report), policy, options, context);
        }
        if (auto unloaded = unload_other(*loaded, *survey, context); !unloaded) {
            return tl::unexpected<Error>(std::move(unloaded).error());
        }
        report.outcome = LoadOutcome::reloaded;
        survey = survey_host(context, {}, options.module_file);
        if (!survey) {
            return tl::unexpected<Error>(std::move(survey).error());
        }
    }
    look_at_devices(*survey, context);
    const Policy policy = plan_policy(survey->verdicts, options.force);
    if (policy.empty()) {
        return nothing_to_do(*std::move(survey), options);
    }
    report.survey = *std::move(survey);
    return insert(std::move(report), policy, options, context);
}

}  // namespace netpoll_shim
