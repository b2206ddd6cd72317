// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_available.hpp"

#include <algorithm>

#include "update/candidate.hpp"

namespace netpoll_shim {

Result<DbAvailableReport> db_available(const std::optional<std::string>& from,
                                       const UpdateWorld& world) {
    const auto sources = update_sources(from, world.root);
    if (!sources) {
        return tl::unexpected<Error>(sources.error());
    }
    const auto layers = open_layers(world.shipped, world.root, std::set<std::string>());
    if (!layers) {
        return tl::unexpected<Error>(layers.error());
    }
    const TrustedKeys trusted = trusted_keys(world.shipped.keys, world.root);
    DbAvailableReport report;
    report.warnings = sources->warnings;
    report.serial = serial_in_force(*layers);
    for (const Source& source : sources->sources) {
        AvailableSource available;
        available.source = source_text(source);
        if (const auto candidate = examine(source, world.read_url, trusted.keys)) {
            available.head = candidate->opened.document.head();
            available.key_id = key_id_text(candidate->opened.key.id);
        } else {
            available.problem = candidate.error().message;
            report.exit_code = std::max(report.exit_code, candidate.error().exit_code);
        }
        report.sources.push_back(std::move(available));
    }
    return report;
}

}  // namespace netpoll_shim
