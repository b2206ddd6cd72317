// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_list.hpp"

#include <algorithm>

#include "database/files.hpp"

namespace netpoll_shim {

namespace {

Result<DbListReport> list_all(const DbListOptions& options, const ShippedDatabase& shipped,
                              const Root& root) {
    DbListReport report;
    if (options.from || options.shipped) {
        auto database = open_database(options.from, shipped.files);
        if (!database) {
            return tl::unexpected<Error>(std::move(database).error());
        }
        report.database = *std::move(database);
        return report;
    }
    auto layers = open_layers(shipped, root);
    if (!layers) {
        return tl::unexpected<Error>(std::move(layers).error());
    }
    report.database = std::move(layers->database);
    report.origins = DbOrigins{layers->shipped_serial, std::move(layers->updated),
                               std::move(layers->local_files), std::move(layers->warnings)};
    return report;
}

void sort(Database& database) {
    std::sort(database.drivers.begin(), database.drivers.end(),
              [](const Driver& left, const Driver& right) { return left.name < right.name; });
    std::sort(database.kernels.begin(), database.kernels.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    std::sort(database.ops_comparers.begin(), database.ops_comparers.end(),
              [](const auto& left, const auto& right) { return left.driver < right.driver; });
}

}  // namespace

Result<DbListReport> db_list(const DbListOptions& options, const ShippedDatabase& shipped,
                             const Root& root) {
    auto listed = list_all(options, shipped, root);
    if (!listed) {
        return listed;
    }
    DbListReport& report = *listed;
    sort(report.database);
    if (options.drivers || options.kernels || options.comparers) {
        report.drivers = options.drivers;
        report.kernels = options.kernels;
        report.comparers = options.comparers;
    }
    return listed;
}

}  // namespace netpoll_shim
