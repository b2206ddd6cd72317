// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>

#include "act/module.hpp"
#include "database/database.hpp"
#include "facts/live/sources.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// All that commands work on.
struct Context {
    HostSources sources;
    ModuleActions modules;
    Database database;
};

// Which drivers the database of a context must know.
enum class DatabaseScope { this_host, everything };

using ContextMaker = std::function<Result<Context>(DatabaseScope scope)>;

// The running host with the embedded database. Fails with database_invalid.
Result<Context> live_context(DatabaseScope scope);

}  // namespace netpoll_shim
