// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "commands/context.hpp"

namespace netpoll_shim {

struct UnloadReport {
    bool was_loaded = false;
};

// Takes the module out of the kernel. Fails while a netpoll target holds it; a module that is not
// loaded is no error.
Result<UnloadReport> unload(const Context& context);

}  // namespace netpoll_shim
