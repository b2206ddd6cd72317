// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/unload.hpp"

#include "act/explain.hpp"
#include "commands/privilege.hpp"
#include "facts/live/kernel.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

Result<UnloadReport> unload(const Context& context) {
    if (auto allowed = require_root(context.sources, "unload"); !allowed) {
        return tl::unexpected<Error>(std::move(allowed).error());
    }
    const auto loaded = gather_loaded_shim(context.sources.paths);
    if (!loaded) {
        return UnloadReport{false};
    }
    if (loaded->refcnt.value_or(0) > 0) {
        return tl::unexpected<Error>(in_use_error());
    }
    if (const int error = context.modules.remove(std::string(shim_module_name)); error != 0) {
        return tl::unexpected<Error>(explain_remove_failure(error, gather_kernel(context.sources)));
    }
    return UnloadReport{true};
}

}  // namespace netpoll_shim
