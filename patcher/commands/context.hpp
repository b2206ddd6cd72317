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

// Which database a context needs: of the drivers of this host, or of all, with updates and the
// host's own files; of all without them, for an image that is judged without anything of the host;
// or none.
enum class DatabaseScope { this_host, fleet, image, none };

using ContextMaker = std::function<Result<Context>(DatabaseScope scope)>;

// The running host with the database that is in force on it (update/layers.hpp). Fails with
// database_invalid.
Result<Context> live_context(DatabaseScope scope);

}  // namespace netpoll_shim
