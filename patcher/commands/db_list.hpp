// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/decode.hpp"
#include "update/layers.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct DbListOptions {
    std::optional<std::string> from;  // a database of the disk; nothing: the one in force
    // None of the three: all of them.
    bool drivers = false;
    bool kernels = false;
    bool comparers = false;
    bool shipped = false;  // the embedded one, whatever is in force
};

// Of what the database in force consists.
struct DbOrigins {
    std::uint64_t shipped_serial = 0;
    std::optional<UpdatedLayer> updated;
    std::vector<std::string> local_files;
    std::vector<std::string> warnings;
};

struct DbListReport {
    Database database;                 // by name
    std::optional<DbOrigins> origins;  // nothing: the database is one of the disk
    bool drivers = true;
    bool kernels = true;
    bool comparers = true;
    ExitCode exit_code = ExitCode::done;
};

// What a database knows of.
Result<DbListReport> db_list(const DbListOptions& options, const ShippedDatabase& shipped,
                             const Root& root);

}  // namespace netpoll_shim
