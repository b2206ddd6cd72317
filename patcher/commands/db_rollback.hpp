// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "update/layers.hpp"

namespace netpoll_shim {

struct DbRollbackReport {
    std::optional<Release> release;  // in force now; nothing: the embedded database
    std::uint64_t shipped_serial = 0;
    ExitCode exit_code = ExitCode::done;
};

// Puts back what was in force before the last update; once more, and that is undone.
Result<DbRollbackReport> db_rollback(const ShippedDatabase& shipped, const Root& root);

}  // namespace netpoll_shim
