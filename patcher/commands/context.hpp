// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

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
    std::vector<std::string> database_warnings;  // of updates and local files out of force
};

// Of which drivers a context needs what the database says: those of this host, all, none.
enum class DatabaseScope { this_host, all, none };

struct DatabaseRequest {
    DatabaseScope scope = DatabaseScope::this_host;
    std::string root = "/";  // in which that database is in force
};

using ContextMaker = std::function<Result<Context>(const DatabaseRequest& request)>;

// The running host with a database that is in force (update/layers.hpp). Fails with
// database_invalid.
Result<Context> live_context(const DatabaseRequest& request);

}  // namespace netpoll_shim
