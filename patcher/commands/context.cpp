// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/context.hpp"

#include "facts/live/device.hpp"
#include "update/layers.hpp"

namespace netpoll_shim {

namespace {

Result<LayeredDatabase> open_for(DatabaseScope scope, const Paths& paths) {
    switch (scope) {
        case DatabaseScope::none:
            return LayeredDatabase();
        case DatabaseScope::image:
            return decode_database(embedded_database_files()).map([](Database&& database) {
                LayeredDatabase layers;
                layers.database = std::move(database);
                return layers;
            });
        case DatabaseScope::this_host:
            return open_layers(shipped_database(), DatabasePlaces(), find_bus_drivers(paths));
        case DatabaseScope::fleet:
            break;
    }
    return open_layers(shipped_database(), DatabasePlaces());
}

}  // namespace

Result<Context> live_context(DatabaseScope scope) {
    HostSources sources = live_sources();
    auto layers = open_for(scope, sources.paths);
    if (!layers) {
        return tl::unexpected<Error>(std::move(layers).error());
    }
    return Context{std::move(sources), live_module_actions(), std::move(layers->database),
                   std::move(layers->warnings)};
}

}  // namespace netpoll_shim
