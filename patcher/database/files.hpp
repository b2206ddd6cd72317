// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "database/decode.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct StoredFile {
    std::string path;
    std::string text;
};

// Database files of the disk.
struct StoredFiles {
    std::vector<StoredFile> files;
    bool is_whole = false;  // a database by itself, not a part of one
};

// The file, or all TOML files at and below the folder by their names. A folder with kernels/ in it
// is a whole database. Fails on what cannot be read, on files of more than 1 MiB and on folders
// without TOML files.
Result<StoredFiles> read_database_files(const std::filesystem::path& path);

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

// The embedded database with what a host's own folder has in place of its files; the embedded one
// where the folder is not there or has no TOML files. Fails as open_database().
Result<Database> open_local_database(const std::filesystem::path& folder,
                                     const std::vector<DatabaseFile>& embedded);

}  // namespace netpoll_shim
