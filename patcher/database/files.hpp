// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "database/decode.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

struct StoredFile {
    std::string path;
    std::string text;
    Notation notation = Notation::toml;
};

// Database files of the disk.
struct StoredFiles {
    std::vector<StoredFile> files;
    bool is_whole = false;  // a database by itself, not a part of one
};

// The file, or all TOML files at and below the folder by their names. A folder with kernels/ in it
// is a whole database, and so is a document (a file that ends in .json), whose signature is not
// looked at. Fails on what cannot be read, on TOML files of more than 1 MiB, on folders without any
// and, with database_invalid, as Document::parse().
Result<StoredFiles> read_database_files(const std::filesystem::path& path);

// As the decoder takes them; views into them.
std::vector<DatabaseFile> views(const StoredFiles& stored);

// Decodes them. What is not whole stands in for the embedded files of the same place and relies on
// the others of the embedded ones.
Decoded decode_stored(const StoredFiles& stored, const std::vector<DatabaseFile>& embedded);

// The database that decode_stored() gives. Fails with the first problem; `name` is what db lint
// would be asked for.
Result<Database> sound_database(const StoredFiles& stored,
                                const std::vector<DatabaseFile>& embedded, const std::string& name);

// The whole database that a path stands for, or the embedded one without a path. Fails with the
// first problem.
Result<Database> open_database(const std::optional<std::string>& path,
                               const std::vector<DatabaseFile>& embedded);

// A database with what a host's own folder has in place of its files.
struct LocalDatabase {
    Database database;
    std::vector<std::string> files;     // of the folder, in force
    std::vector<std::string> warnings;  // of those that are not, and why
};

// Local files that could be read, and why others could not.
struct LocalFiles {
    StoredFiles stored;
    std::vector<std::string> warnings;
};

constexpr auto local_database_folder = "/etc/netpoll-shim/db.d";

// The TOML files of that folder and its folders drivers and kernels in a root. None needs be there.
LocalFiles read_local_files(const Root& root);

// Each file is taken or refused by itself: what somebody wrote wrong does not put the rest out of
// force. Fails with database_invalid where none of them is in force and `base` itself has a
// problem.
Result<LocalDatabase> add_local_files(LocalFiles files, const std::vector<DatabaseFile>& base);

}  // namespace netpoll_shim
