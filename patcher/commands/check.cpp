// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/check.hpp"

#include "evaluate/evaluate.hpp"

namespace netpoll_shim {

Result<CheckReport> check(const CheckOptions& options, const Context& context) {
    auto survey = survey_host(context, options.interfaces, std::nullopt);
    if (!survey) {
        return tl::unexpected<Error>(std::move(survey).error());
    }
    CheckReport report;
    report.survey = *std::move(survey);
    report.explain = options.explain;
    report.exit_code = summarize(report.survey.verdicts);
    return report;
}

}  // namespace netpoll_shim
