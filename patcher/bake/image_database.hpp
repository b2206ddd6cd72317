// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bake/planned_file.hpp"
#include "database/database.hpp"
#include "database/files.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// The database that an image will go by when it is booted.
struct ImageDatabase {
    std::optional<Database> database;  // nothing: the embedded one as it is
    std::vector<PlannedFile> files;    // what is to be written for it
};

// The embedded database with the image's own files in etc/netpoll-shim/db.d, and those that `path`
// names (a file or a folder) in place of, or besides, these. Fails with database_invalid.
Result<ImageDatabase> image_database(const Root& root, const std::optional<std::string>& path,
                                     const std::vector<DatabaseFile>& embedded);

}  // namespace netpoll_shim
