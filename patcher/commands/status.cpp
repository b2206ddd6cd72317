// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/status.hpp"

#include <algorithm>

#include "act/explain.hpp"
#include "act/loadable_file.hpp"
#include "act/nothing_to_do.hpp"
#include "act/plan.hpp"
#include "facts/live/device.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

namespace {

Result<StatusReport> describe_loaded(const LoadedShim& loaded, const HostSources& sources,
                                     const ContextMaker& make_context) {
    ModuleFiles files(sources.module_directory());
    auto devices = gather_devices(sources, files);
    if (!devices) {
        return tl::unexpected<Error>(std::move(devices).error());
    }
    StatusReport report;
    report.loaded = loaded;
    std::copy_if(devices->begin(), devices->end(), std::back_inserter(report.devices),
                 [](const DeviceFacts& device) { return device.served.has_value(); });
    // The next load will go by it.
    const auto context = make_context({DatabaseScope::this_host});
    report.database_warnings =
        context ? context->database_warnings : std::vector{context.error().message};
    return report;
}

// What would stop the kernel from taking the module, in the words that `load` has for it.
void add_obstacles_of_file(const Survey& survey, std::vector<Error>& obstacles) {
    const auto file = loadable_file(survey.shim, survey.kernel);
    if (!file) {
        obstacles.push_back(file.error());
    } else if (auto error = foresee_signature_failure(*file, survey.kernel)) {
        obstacles.push_back(*std::move(error));
    }
}

// Nothing stops it that shows here. A key of somebody's own, as DKMS has one, is seldom trusted.
std::string hint_to_load(const KernelFacts& kernel) {
    return demands_signature(kernel)
               ? "netpoll-shim load, which shows whether the kernel trusts the key of the module's "
                 "signature (mokutil --import enrols one)"
               : "netpoll-shim load";
}

void add_need(NotLoaded& report) {
    const auto& verdicts = report.survey.verdicts;
    const Policy policy = plan_policy(verdicts, false);
    if (policy.empty()) {
        NothingToDo nothing = explain_nothing_to_do(verdicts);
        report.why_not_needed = std::move(nothing.why);
        report.hint = std::move(nothing.hint);
        return;
    }
    report.policy = format_policy(policy);
    for (const Verdict& verdict : verdicts) {
        if (planned_mode(verdict, false)) {
            report.needed_by.push_back(verdict.interface);
        }
    }
    add_obstacles_of_file(report.survey, report.obstacles);
    if (report.obstacles.empty()) {
        report.hint = hint_to_load(report.survey.kernel);
    }
}

Result<NotLoaded> explain_not_loaded(const Context& without_database,
                                     const ContextMaker& make_context) {
    const auto context = make_context({DatabaseScope::this_host});
    auto survey = survey_host(context ? *context : without_database, {}, std::nullopt);
    if (!survey) {
        return tl::unexpected<Error>(std::move(survey).error());
    }
    NotLoaded report;
    report.survey = *std::move(survey);
    std::erase(report.survey.needs_root, "dry-run");  // status makes none
    if (context) {
        add_need(report);
        return report;
    }
    // Verdicts by no database at all would be none.
    report.survey.devices.clear();
    report.survey.verdicts.clear();
    report.obstacles.push_back(context.error());
    add_obstacles_of_file(report.survey, report.obstacles);
    return report;
}

}  // namespace

Result<StatusReport> status(const ContextMaker& make_context) {
    const auto context = make_context({DatabaseScope::none});
    if (!context) {
        return tl::unexpected<Error>(context.error());
    }
    if (const auto loaded = gather_loaded_shim(context->sources.paths)) {
        return describe_loaded(*loaded, context->sources, make_context);
    }
    auto not_loaded = explain_not_loaded(*context, make_context);
    if (!not_loaded) {
        return tl::unexpected<Error>(std::move(not_loaded).error());
    }
    StatusReport report;
    report.database_warnings = not_loaded->survey.database_warnings;
    report.not_loaded = *std::move(not_loaded);
    report.exit_code = ExitCode::action_needed;
    return report;
}

}  // namespace netpoll_shim
