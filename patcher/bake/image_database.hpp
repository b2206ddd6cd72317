// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bake/planned_file.hpp"
#include "database/database.hpp"
#include "database/files.hpp"
#include "update/layers.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// The database that an image will go by when it is booted.
struct ImageDatabase {
    Database database;
    std::string besides_shipped;        // what it is made of besides the shipped one; "": nothing
    std::vector<PlannedFile> files;     // what is to be written for it
    std::vector<std::string> warnings;  // of an update that is not in force
};

// The shipped database or the image's update of it, with the image's own files in
// etc/netpoll-shim/db.d, and those that `path` names (a file or a folder) in place of, or besides,
// these. Fails with database_invalid, also where the image will leave a file of its own out.
Result<ImageDatabase> image_database(const Root& root, const std::optional<std::string>& path,
                                     const ShippedDatabase& shipped);

}  // namespace netpoll_shim
