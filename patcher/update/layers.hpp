// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "database/embedded.hpp"
#include "database/files.hpp"
#include "update/store.hpp"

namespace netpoll_shim {

// The database of a host: the shipped one, embedded in the command; or a newer document that an
// update has brought; and over either, file by file, what the host's own folder has.

struct DatabasePlaces {
    StateFolder state;
    std::filesystem::path local = "/etc/netpoll-shim/db.d";
    std::filesystem::path keys = "/etc/netpoll-shim/keys.d";
    std::filesystem::path sources = "/etc/netpoll-shim/sources.d";
};

// All of a root that is not this host's: nothing of it is followed out of it.
DatabasePlaces places_in(const std::filesystem::path& root);

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

struct LayeredDatabase {
    Database database;
    std::uint64_t shipped_serial = 0;
    std::optional<UpdatedLayer> updated;   // nothing: there is none, or it is not valid
    std::vector<std::string> local_files;  // in force
    std::vector<std::string> warnings;     // what is not in force, and why
};

// Of which only these drivers are decoded; nothing: all.
using WantedDrivers = std::optional<std::set<std::string>>;

// The database that is in force. Whatever is wrong with an update or a local file is a warning, and
// what is below it counts. Fails where the shipped database is invalid, which no build lets pass.
Result<LayeredDatabase> open_layers(const ShippedDatabase& shipped, const DatabasePlaces& places,
                                    const WantedDrivers& drivers = std::nullopt);

// The name that files of an updated document have in sources: "updated-7".
std::string updated_origin(std::uint64_t serial);

// "shipped", "updated" or "local", by what the source of an entry begins with.
std::string_view layer_of(std::string_view source);

}  // namespace netpoll_shim
