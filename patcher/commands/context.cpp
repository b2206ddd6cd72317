// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/context.hpp"

#include "facts/live/device.hpp"
#include "update/layers.hpp"

namespace netpoll_shim {

namespace {

Result<LayeredDatabase> open_for(const DatabaseRequest& request, const Paths& paths) {
    if (request.scope == DatabaseScope::none) {
        return LayeredDatabase();
    }
    return Root::open(request.root).and_then([&](const Root& root) {
        return open_layers(shipped_database(), root,
                           request.scope == DatabaseScope::this_host
                               ? std::optional(find_bus_drivers(paths))
                               : std::nullopt);
    });
}

}  // namespace

Result<Context> live_context(const DatabaseRequest& request) {
    HostSources sources = live_sources();
    auto layers = open_for(request, sources.paths);
    if (!layers) {
        return tl::unexpected<Error>(std::move(layers).error());
    }
    return Context{std::move(sources), live_module_actions(), std::move(layers->database),
                   std::move(layers->warnings)};
}

}  // namespace netpoll_shim
