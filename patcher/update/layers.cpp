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
std::optional<Document> find_updated(const ShippedDatabase& shipped, const Root& root,
                                     BaseDatabase& base) {
    // Keys are read only where there is something to verify.
    if (!has_store(root)) {
        return std::nullopt;
    }
    TrustedKeys trusted = trusted_keys(shipped.keys, root);
    base.warnings = std::move(trusted.warnings);
    auto current = read_current(root, trusted.keys);
    if (!current) {
        const Error& problem = current.error();
        base.warnings.push_back(fmt::format("the updated database is not used: {}{}{}",
                                            problem.message, problem.hint.empty() ? "" : "; ",
                                            problem.hint));
        return std::nullopt;
    }
    std::optional<SignedDocument>& opened = *current;
    if (!opened) {
        return std::nullopt;
    }
    const DocumentHead& head = opened->document.head();
    const bool is_in_force = head.serial >= shipped.serial;
    base.updated = UpdatedLayer{head, key_id_text(opened->key.id), opened->key.name, is_in_force};
    if (!is_in_force) {
        base.warnings.push_back(fmt::format(
            "the updated database (serial {}) is older than the command's own (serial {}) and is "
            "not used",
            head.serial, shipped.serial));
        return std::nullopt;
    }
    if (today() >= head.expires) {
        base.warnings.push_back(
            fmt::format("the updated database (serial {}) expired on {}: netpoll-shim db update",
                        head.serial, head.expires));
    }
    return std::move(opened->document);
}

}  // namespace

ShippedDatabase shipped_database() {
    return {embedded_database_files(), embedded_database_serial(), embedded_keys()};
}

BaseDatabase open_base(const ShippedDatabase& shipped, const Root& root) {
    BaseDatabase base;
    base.document = find_updated(shipped, root, base);
    base.files = base.document ? base.document->files(updated_origin(base.document->head().serial))
                               : shipped.files;
    return base;
}

Result<Database> settle(BaseDatabase& base, const ShippedDatabase& shipped,
                        const WantedDrivers& drivers) {
    base.files = wanted(std::move(base.files), drivers);
    auto database = decode_database(base.files);
    if (database || !base.document) {
        return database;
    }
    base.warnings.push_back(
        fmt::format("the updated database is not used: {}", database.error().message));
    if (auto& updated = base.updated) {
        updated->is_in_force = false;
    }
    base.document.reset();
    base.files = wanted(shipped.files, drivers);
    return decode_database(base.files);
}

Result<LayeredDatabase> open_layers(const ShippedDatabase& shipped, const Root& root,
                                    const WantedDrivers& drivers) {
    BaseDatabase base = open_base(shipped, root);
    LocalFiles files = read_local_files(root);
    // By itself first: files that stand in for some of it must not hide what is wrong with the
    // rest.
    auto database = settle(base, shipped, drivers);
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    auto local = files.stored.files.empty()
                     ? LocalDatabase{*std::move(database), {}, std::move(files.warnings)}
                     : add_local_files(std::move(files), base.files);
    if (!local) {
        return tl::unexpected<Error>(std::move(local).error());
    }
    base.warnings.insert(base.warnings.end(), local->warnings.begin(), local->warnings.end());
    return LayeredDatabase{std::move(local->database), shipped.serial, std::move(base.updated),
                           std::move(local->files), std::move(base.warnings)};
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
