// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/update_world.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

Result<ConfiguredSources> update_sources(const std::optional<std::string>& from, const Root& root) {
    if (from) {
        return parse_source(*from).map([](Source&& source) {
            return ConfiguredSources{{std::move(source)}, {}};
        });
    }
    ConfiguredSources configured = read_sources(root);
    if (configured.sources.empty()) {
        return failure(configured.warnings.empty()
                           ? fmt::format("no source of updates in {}", sources_folder)
                           : configured.warnings.front(),
                       "--from URL|DIR|FILE|-, or a file with url = \"https://...\" in there");
    }
    return configured;
}

std::uint64_t serial_in_force(const LayeredDatabase& layers) {
    return layers.updated && layers.updated->is_in_force ? layers.updated->head.serial
                                                         : layers.shipped_serial;
}

}  // namespace netpoll_shim
