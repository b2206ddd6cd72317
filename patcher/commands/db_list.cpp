// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_list.hpp"

#include <algorithm>

#include "database/files.hpp"

namespace netpoll_shim {

Result<DbListReport> db_list(const DbListOptions& options,
                             const std::vector<DatabaseFile>& embedded) {
    auto database = open_database(options.from, embedded);
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    std::sort(database->drivers.begin(), database->drivers.end(),
              [](const Driver& left, const Driver& right) { return left.name < right.name; });
    std::sort(database->kernels.begin(), database->kernels.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    std::sort(database->ops_comparers.begin(), database->ops_comparers.end(),
              [](const auto& left, const auto& right) { return left.driver < right.driver; });
    DbListReport report;
    report.database = *std::move(database);
    if (options.drivers || options.kernels || options.comparers) {
        report.drivers = options.drivers;
        report.kernels = options.kernels;
        report.comparers = options.comparers;
    }
    return report;
}

}  // namespace netpoll_shim
