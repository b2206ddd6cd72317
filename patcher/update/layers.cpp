// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/layers.hpp"

#include <fmt/format.h>

#include "database/select.hpp"
#include "update/trusted_keys.hpp"

namespace netpoll_shim {

namespace {

constexpr std::string_view updated_prefix = "updated-";
constexpr std::string_view shipped_prefix = "drivers-db/";

std::vector<DatabaseFile> wanted(std::vector<DatabaseFile> files, const WantedDrivers& drivers) {
    return drivers ? select_files(std::move(files), *drivers) : files;
}

// The document that is in force, if there is one that may be.
std::optional<Document> find_updated(const ShippedDatabase& shipped, const DatabasePlaces& places,
                                     LayeredDatabase& layers) {
    // Keys are read only where there is something to verify.
    std::error_code error;
    if (!std::filesystem::exists(places.state.base / places.state.below / "db", error) && !error) {
        return std::nullopt;
    }
    TrustedKeys trusted = trusted_keys(shipped.keys, places.keys);
    layers.warnings = std::move(trusted.warnings);
    auto current = read_current(places.state, trusted.keys);
    if (!current) {
        const Error& problem = current.error();
        layers.warnings.push_back(fmt::format("the updated database is not used: {}{}{}",
                                              problem.message, problem.hint.empty() ? "" : "; ",
                                              problem.hint));
        return std::nullopt;
    }
    if (!*current) {
        return std::nullopt;
    }
    SignedDocument& opened = **current;
    const DocumentHead& head = opened.document.head();
    layers.updated = UpdatedLayer{head, key_id_text(opened.key.id), opened.key.name,
                                  head.serial >= shipped.serial};
    if (!layers.updated->is_in_force) {
        layers.warnings.push_back(fmt::format(
            "the updated database (serial {}) is older than the command's own (serial {}) and is "
            "not used",
            head.serial, shipped.serial));
        return std::nullopt;
    }
    if (today() >= head.expires) {
        layers.warnings.push_back(
            fmt::format("the updated database (serial {}) expired on {}: netpoll-shim db update",
                        head.serial, head.expires));
    }
    return std::move(opened.document);
}

Result<LayeredDatabase> with_local(Result<LocalDatabase> local, LayeredDatabase layers) {
    if (!local) {
        return tl::unexpected<Error>(std::move(local).error());
    }
    layers.database = std::move(local->database);
    layers.local_files = std::move(local->files);
    layers.warnings.insert(layers.warnings.end(), local->warnings.begin(), local->warnings.end());
    return layers;
}

}  // namespace

DatabasePlaces places_in(const std::filesystem::path& root) {
    return {{root, "var/lib/netpoll-shim"},
            root / "etc/netpoll-shim/db.d",
            root / "etc/netpoll-shim/keys.d",
            root / "etc/netpoll-shim/sources.d"};
}

ShippedDatabase shipped_database() {
    return {embedded_database_files(), embedded_database_serial(), embedded_keys()};
}

Result<LayeredDatabase> open_layers(const ShippedDatabase& shipped, const DatabasePlaces& places,
                                    const WantedDrivers& drivers) {
    LayeredDatabase layers;
    layers.shipped_serial = shipped.serial;
    if (auto document = find_updated(shipped, places, layers)) {
        const auto files =
            wanted(document->files(updated_origin(document->head().serial)), drivers);
        auto local = add_local_files(places.local, files);
        if (local) {
            return with_local(std::move(local), std::move(layers));
        }
        layers.updated->is_in_force = false;
        layers.warnings.push_back(
            fmt::format("the updated database is not used: {}", local.error().message));
    }
    return with_local(add_local_files(places.local, wanted(shipped.files, drivers)),
                      std::move(layers));
}

std::string updated_origin(std::uint64_t serial) {
    return fmt::format("{}{}", updated_prefix, serial);
}

std::string_view layer_of(std::string_view source) {
    if (source.starts_with(updated_prefix)) {
        return "updated";
    }
    return source.starts_with(shipped_prefix) ? "shipped" : "local";
}

}  // namespace netpoll_shim
