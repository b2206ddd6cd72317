// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/demand.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

namespace {

Statement symbol_statement(const Fact<HookDemand>& demand) {
    switch (demand.value) {
        case HookDemand::demanded:
            return {"the kernel demands ndo_poll_controller: it does not export netpoll_poll_dev",
                    demand.source};
        case HookDemand::not_demanded:
            return {"the kernel demands no ndo_poll_controller: it exports netpoll_poll_dev",
                    demand.source};
        case HookDemand::no_netpoll:
            break;
    }
    return {"the kernel has no netpoll", demand.source};
}

void add_database_claim(const KernelFacts& kernel, const std::optional<KernelMatch>& match,
                        Conclusion<HookDemand>& conclusion) {
    if (!match) {
        conclusion.not_known.push_back(
            {fmt::format("no kernel family of the database knows {}", kernel.release),
             "drivers-db"});
        return;
    }
    const std::string name = fmt::format("{} {}", match->family->name, match->version.text());
    if (match->range == nullptr || !match->range->demands_hook) {
        conclusion.not_known.push_back(
            {fmt::format("whether {} demands ndo_poll_controller is not known", name),
             match->range != nullptr ? match->range->source : match->family->source});
        return;
    }
    const bool demanded = *match->range->demands_hook;
    conclusion.claims.push_back(
        {demanded ? HookDemand::demanded : HookDemand::not_demanded,
         match->guess ? Evidence::version_guess : Evidence::database,
         {fmt::format("{} demands {}ndo_poll_controller{}", name, demanded ? "" : "no ",
                      match->guess ? fmt::format(": a guess by version, {} is not a mainline "
                                                 "release",
                                                 kernel.release)
                                   : ""),
          match->range->source}});
}

}  // namespace

Conclusion<HookDemand> conclude_demand(const KernelFacts& kernel,
                                       const std::optional<KernelMatch>& match) {
    Conclusion<HookDemand> conclusion;
    if (kernel.hook_demand) {
        conclusion.claims.push_back({kernel.hook_demand->value, Evidence::kernel_symbols,
                                     symbol_statement(*kernel.hook_demand)});
    }
    // Whether there is netpoll at all is a matter of configuration: no release tells.
    if (!kernel.hook_demand || kernel.hook_demand->value != HookDemand::no_netpoll) {
        add_database_claim(kernel, match, conclusion);
    }
    conclusion.conclude();
    return conclusion;
}

}  // namespace netpoll_shim
