// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/context.hpp"

#include "database/decode.hpp"
#include "database/embedded.hpp"
#include "database/files.hpp"
#include "database/select.hpp"
#include "facts/live/device.hpp"

namespace netpoll_shim {

namespace {

Result<Database> open_for(DatabaseScope scope, const Paths& paths) {
    const auto embedded = embedded_database_files();
    switch (scope) {
        case DatabaseScope::none:
            return Database();
        case DatabaseScope::image:
            return decode_database(embedded);
        case DatabaseScope::this_host:
            return open_local_database(paths.local_database,
                                       select_files(embedded, find_bus_drivers(paths)));
        case DatabaseScope::fleet:
            break;
    }
    return open_local_database(paths.local_database, embedded);
}

}  // namespace

Result<Context> live_context(DatabaseScope scope) {
    HostSources sources = live_sources();
    auto database = open_for(scope, sources.paths);
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    return Context{std::move(sources), live_module_actions(), *std::move(database)};
}

}  // namespace netpoll_shim
