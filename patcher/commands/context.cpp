// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/context.hpp"

#include "database/decode.hpp"
#include "database/embedded.hpp"
#include "database/select.hpp"
#include "facts/live/device.hpp"

namespace netpoll_shim {

Result<Context> live_context(DatabaseScope scope) {
    HostSources sources = live_sources();
    auto files = embedded_database_files();
    if (scope == DatabaseScope::this_host) {
        files = select_files(std::move(files), find_bus_drivers(sources.paths));
    }
    auto database = decode_database(files);
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    return Context{std::move(sources), live_module_actions(), *std::move(database)};
}

}  // namespace netpoll_shim
