// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/demand.hpp"

#include <fmt/format.h>

#include "database/lookup.hpp"

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
    return {"kernel without netpoll: it has no netpoll symbol", demand.source};
}

Demand database_demand(const KernelFacts& kernel, const Database& database) {
    Demand demand;
    const auto match = find_kernel(database, kernel.release);
    if (!match) {
        demand.reason = {fmt::format("no kernel family of the database knows {}", kernel.release),
                         "drivers-db"};
        return demand;
    }
    const std::string name = fmt::format("{} {}", match->family->name, match->version.text());
    if (match->range == nullptr || !match->range->demands_hook) {
        demand.reason = {fmt::format("whether {} demands ndo_poll_controller is not known", name),
                         match->range != nullptr ? match->range->source : match->family->source};
        return demand;
    }
    const bool demanded = *match->range->demands_hook;
    demand.value = demanded ? HookDemand::demanded : HookDemand::not_demanded;
    demand.reason = {
        fmt::format("{} demands {}ndo_poll_controller{}", name, demanded ? "" : "no ",
                    match->guess ? fmt::format(": a guess by version, {} is not a mainline release",
                                               kernel.release)
                                 : ""),
        match->range->source};
    return demand;
}

}  // namespace

Demand conclude_demand(const KernelFacts& kernel, const Database& database) {
    Demand by_database = database_demand(kernel, database);
    if (!kernel.hook_demand) {
        return by_database;
    }
    Demand demand;
    demand.value = kernel.hook_demand->value;
    demand.reason = symbol_statement(*kernel.hook_demand);
    if (demand.value != HookDemand::no_netpoll && by_database.value &&
        by_database.value != demand.value) {
        demand.contradictions.push_back(
            fmt::format("the database says otherwise ({}, {}); the kernel's own symbols count",
                        by_database.reason.text, by_database.reason.source));
    }
    return demand;
}

}  // namespace netpoll_shim
