// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "database/database.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// One TOML file of drivers-db/. Its path decides what it is read as: drivers/NAME.toml,
// kernels/FAMILY.toml or compares-ops.toml.
struct DatabaseFile {
    std::string_view path;
    std::string_view text;
};

// Decodes and checks all files. An error names FILE:LINE:COLUMN and exits with database_invalid:
// unknown keys, missing or ill-typed values, ranges that are empty or overlap, kernel families that
// none of the files has are refused, so that a slip of the pen cannot change a verdict.
Result<Database> decode_database(const std::vector<DatabaseFile>& files);

}  // namespace netpoll_shim
