// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/decode.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct DbListOptions {
    std::optional<std::string> from;  // a database of the disk; nothing: the embedded one
    // None of the three: all of them.
    bool drivers = false;
    bool kernels = false;
    bool comparers = false;
};

struct DbListReport {
    Database database;  // by name
    bool drivers = true;
    bool kernels = true;
    bool comparers = true;
    ExitCode exit_code = ExitCode::done;
};

// What a database knows of.
Result<DbListReport> db_list(const DbListOptions& options,
                             const std::vector<DatabaseFile>& embedded);

}  // namespace netpoll_shim
