// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/decode.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct DbDiffOptions {
    std::string before;
    std::optional<std::string> after;  // nothing: the embedded database
};

enum class ChangeKind { added, removed, changed };

struct DbChange {
    ChangeKind kind = ChangeKind::changed;
    std::string entry;  // "driver ena", "driver ena, out-of-tree from 2.0.2"
    // Of what changed:
    std::string key;
    std::string before;  // "" where the key is absent
    std::string after;
};

struct DbDiffReport {
    std::vector<DbChange> changes;
    ExitCode exit_code = ExitCode::done;  // action_needed: they differ
};

// What the database at `after` says more, less or otherwise than the one at `before`. Order,
// comments and notation do not matter. A range is told from others by its origin, its family and
// its first version.
Result<DbDiffReport> db_diff(const DbDiffOptions& options,
                             const std::vector<DatabaseFile>& embedded);

// The same of two databases.
std::vector<DbChange> diff_databases(const Database& before, const Database& after);

}  // namespace netpoll_shim
