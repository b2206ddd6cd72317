// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

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

// The running host with the embedded database. Fails with database_invalid.
Result<Context> live_context();

}  // namespace netpoll_shim
