// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database/database.hpp"
#include "database/problem.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// JSON is what a document has: it is written by programs, and keys that are not known are ignored.
enum class Notation { toml, json };

// One file of a database. Its path decides what it is read as: drivers/NAME.toml,
// kernels/FAMILY.toml or compares-ops.toml, in JSON too.
struct DatabaseFile {
    std::string_view path;
    std::string_view text;
    Notation notation = Notation::toml;
};

struct Decoded {
    Database database;              // what is wrong in it is left empty
    std::vector<Problem> problems;  // by their places
};

// Decodes and checks all files: unknown keys, missing or ill-typed values, ranges that are empty or
// overlap, names that are there twice or that none of the files has, a builtin_mode that is wrong
// for a range are problems, so that a slip of the pen cannot change a verdict. `background` is what
// else the database consists of: it is decoded with them, and its own problems are not told.
Decoded decode_files(const std::vector<DatabaseFile>& files,
                     const std::vector<DatabaseFile>& background = {});

// The database of these files, or the first of its problems with FILE:LINE:COLUMN, as
// database_invalid.
Result<Database> decode_database(const std::vector<DatabaseFile>& files);

// The place that a file has in a database, "drivers/ena.toml"; "" for a file that has none.
std::string place_of(std::string_view path);

// Whether two files have the same place in a database: one can stand in for the other.
bool same_place(std::string_view path, std::string_view other);

}  // namespace netpoll_shim
