// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/check.hpp"

#include "commands/privilege.hpp"
#include "evaluate/evaluate.hpp"

namespace netpoll_shim {

namespace {

Error loaded_already_error() {
    return {
        "a dry run is for a kernel without the module, and netpoll_shim is loaded",
        "check without --dry-run takes from sysfs what the module tells; or netpoll-shim unload"};
}

}  // namespace

Result<CheckReport> check(const CheckOptions& options, const Context& context) {
    if (options.dry_run) {
        if (auto allowed = require_root(context.sources, "check --dry-run"); !allowed) {
            return tl::unexpected<Error>(std::move(allowed).error());
        }
    }
    auto survey = survey_host(context, options.interfaces, options.module_file);
    if (!survey) {
        return tl::unexpected<Error>(std::move(survey).error());
    }
    if (options.dry_run) {
        if (survey->shim.loaded) {
            return tl::unexpected<Error>(loaded_already_error());
        }
        add_dry_run(*survey, context);
    }
    CheckReport report;
    report.survey = *std::move(survey);
    report.explain = options.explain;
    report.exit_code = summarize(report.survey.verdicts);
    return report;
}

}  // namespace netpoll_shim
