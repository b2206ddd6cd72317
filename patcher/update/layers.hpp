// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "database/embedded.hpp"
#include "database/files.hpp"
#include "update/store.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// The database of a host: the shipped one, embedded in the command; or a newer document that an
// update has brought; and over either, file by file, what the host's own folder has. A root that is
// not this host's has its own.

struct ShippedDatabase {
    std::vector<DatabaseFile> files;
    std::uint64_t serial = 0;
    std::vector<EmbeddedKey> keys;
};

ShippedDatabase shipped_database();

struct UpdatedLayer {
    DocumentHead head;
    std::string key_id;  // of the signature, as minisign prints it
    std::string key;     // where the key is from
    bool is_in_force = false;
};

// What local files stand in for: the shipped database, or the update that is in force.
struct BaseDatabase {
    std::vector<DatabaseFile> files;      // views into `document` or the command
    std::optional<Document> document;     // of the update that is in force
    std::optional<UpdatedLayer> updated;  // nothing: there is none, or it is not valid
    std::vector<std::string> warnings;    // why an update is not in force
};

// Not decoded yet: whether its files make a database is not known.
BaseDatabase open_base(const ShippedDatabase& shipped, const Root& root);

// Of which only these drivers are decoded; nothing: all.
using WantedDrivers = std::optional<std::set<std::string>>;

// Decodes it. An update of which that is not possible goes out of force: then it is the shipped
// one.
Result<Database> settle(BaseDatabase& base, const ShippedDatabase& shipped,
                        const WantedDrivers& drivers = std::nullopt);

struct LayeredDatabase {
    Database database;
    std::uint64_t shipped_serial = 0;
    std::optional<UpdatedLayer> updated;   // nothing: there is none, or it is not valid
    std::vector<std::string> local_files;  // in force
    std::vector<std::string> warnings;     // what is not in force, and why
};

// The database that is in force in a root. Whatever is wrong with an update or a local file is a
// warning, and what is below it counts. Fails where the shipped database is invalid, which no build
// lets pass.
Result<LayeredDatabase> open_layers(const ShippedDatabase& shipped, const Root& root,
                                    const WantedDrivers& drivers = std::nullopt);

// The name that files of an updated document have in sources: "updated-7".
std::string updated_origin(std::uint64_t serial);

// "shipped", "updated" or "local", by what the source of an entry begins with.
std::string_view layer_of(std::string_view source);

}  // namespace netpoll_shim
