// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/context.hpp"

#include "database/decode.hpp"
#include "database/embedded.hpp"

namespace netpoll_shim {

Result<Context> live_context() {
    auto database = decode_database(embedded_database_files());
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    return Context{live_sources(), live_module_actions(), *std::move(database)};
}

}  // namespace netpoll_shim
