// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "act/explain.hpp"
#include "act/plan.hpp"
#include "commands/privilege.hpp"
#include "evaluate/evaluate.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

namespace {

LoadReport nothing_to_do(Survey survey, const LoadOptions& options) {
    LoadReport report;
    report.outcome = LoadOutcome::nothing_to_do;
    report.force = options.force;
    report.exit_code = summarize(survey.verdicts);
    const bool forceable = std::any_of(survey.verdicts.begin(), survey.verdicts.end(),
                                       [](const Verdict& verdict) { return verdict.forceable; });
    std::string hint = "netpoll-shim check says why";
    if (survey.verdicts.empty()) {
        report.why = "there is no network device with a bus driver";
        hint = "load the network driver first";
    } else if (report.exit_code == ExitCode::done) {
        report.why = "netpoll works on every device as it is";
    } else if (report.exit_code == ExitCode::action_needed) {
        report.why = "the devices that need the module must not be served";
    } else {
        report.why = "not enough is known of the devices";
        hint += forceable ? "; --force serves them with attach" : "";
    }
    if (report.exit_code != ExitCode::done) {
        report.problem = Error{"nothing to do: " + report.why, hint, report.exit_code};
    }
    report.survey = std::move(survey);
    return report;
}

// Fails where loading is bound to fail, in words that are clearer than the kernel's.
Result<ShimFile> loadable_file(const Survey& survey) {
    const ShimFacts& shim = survey.shim;
    if (survey.kernel.modules_disabled && survey.kernel.modules_disabled->value) {
        return tl::unexpected<Error>(modules_disabled_error());
    }
    if (!shim.file) {
        return failure(
            fmt::format("the module netpoll_shim was not found through modules.dep in {}",
                        shim.searched),
            fmt::format("build it (make module KERNELDIR={}/build) and install it, or name the "
                        "file: --module FILE.ko",
                        shim.searched));
    }
    if (shim.file->fit == VermagicFit::differs) {
        return failure(
            fmt::format("{} was built for another kernel: its vermagic is '{}', this "
                        "kernel's is '{}'",
                        shim.file->path, shim.file->vermagic, shim.file->expected_vermagic),
            fmt::format("make module KERNELDIR=/lib/modules/{}/build", survey.kernel.release));
    }
    return *shim.file;
}

// Takes a module with another policy out of the kernel. Fails while a target holds it.
Result<void> unload_other(const LoadedShim& loaded, const KernelFacts& kernel,
                          const Context& context) {
    if (loaded.refcnt.value_or(0) > 0) {
        Error error = in_use_error();
        error.message += fmt::format(", with the policy '{}'", loaded.policy);
        return tl::unexpected<Error>(std::move(error));
    }
    if (const int error = context.modules.remove(std::string(shim_module_name)); error != 0) {
        return tl::unexpected<Error>(explain_remove_failure(error, kernel));
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
    report.survey = *std::move(after);
    return report;
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
    const Policy policy = plan_policy(survey->verdicts, options.force);
    if (policy.empty()) {
        return nothing_to_do(*std::move(survey), options);
    }

    LoadReport report;
    report.policy = format_policy(policy);
    report.force = options.force;
    report.survey = *std::move(survey);
    const auto& loaded = report.survey.shim.loaded;
    if (loaded && does_as_planned(*loaded, report.survey, policy, options.force)) {
        report.outcome = LoadOutcome::already_loaded;
        return verify(std::move(report), policy, options, context);
    }

    const auto file = loadable_file(report.survey);
    if (!file) {
        return tl::unexpected<Error>(file.error());
    }
    report.outcome = LoadOutcome::loaded;
    if (loaded) {
        if (auto unloaded = unload_other(*loaded, report.survey.kernel, context); !unloaded) {
            return tl::unexpected<Error>(std::move(unloaded).error());
        }
        report.outcome = LoadOutcome::reloaded;
    }
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

}  // namespace netpoll_shim
