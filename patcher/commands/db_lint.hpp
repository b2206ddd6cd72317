// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "database/decode.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct DbLintOptions {
    std::vector<std::string> paths;  // none: the embedded database
};

struct DbLintReport {
    std::size_t files = 0;  // that were looked at
    std::vector<Problem> problems;
    ExitCode exit_code = ExitCode::done;
};

// Every problem of a database. Each whole database is judged by itself; all other files are judged
// together, as if they were put into the embedded one. Fails where a path cannot be read.
Result<DbLintReport> db_lint(const DbLintOptions& options,
                             const std::vector<DatabaseFile>& embedded);

}  // namespace netpoll_shim
