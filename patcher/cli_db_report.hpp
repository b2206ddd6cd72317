// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// For the cli_db*.cpp alone: how a db command's result becomes what is written.

#include <fmt/format.h>

#include "cli.hpp"
#include "commands/db_lint.hpp"
#include "commands/db_update.hpp"
#include "render/db_json.hpp"
#include "render/db_text.hpp"
#include "render/db_update.hpp"
#include "render/text.hpp"

namespace netpoll_shim {

// What goes to the standard error although the command came to its end.
inline std::string remarks(const DbLintReport& report) {
    if (report.problems.empty()) {
        return "";
    }
    return render_text(Error{fmt::format("{} problem{} in the database", report.problems.size(),
                                         report.problems.size() == 1 ? "" : "s"),
                             "drivers-db/README.md has the format; --json has a hint for each",
                             report.exit_code});
}

inline std::string remarks(const DbUpdateReport& report) {
    return render_log(report);
}

template <typename Report>
std::string remarks(const Report& /*report*/) {
    return "";
}

template <typename Report>
Output report_output(const Result<Report>& report, bool json) {
    if (!report) {
        return error_output(report.error(), json);
    }
    return {json ? render_json(*report) : render_text(*report), remarks(*report),
            static_cast<int>(report->exit_code)};
}

}  // namespace netpoll_shim
