// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/update_effect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "commands/survey.hpp"
#include "database/lookup.hpp"
#include "facts/live/device.hpp"

namespace netpoll_shim {

namespace {

// Whether an entry of a database is about this name: "driver ena, in-tree from 4.9".
bool is_about(const std::string& entry, std::string_view kind, const std::string& name) {
    const std::string whole = fmt::format("{} {}", kind, name);
    return entry == whole || entry.starts_with(whole + ",");
}

std::string family_of(const Database& database, const std::string& release) {
    const auto match = find_kernel(database, release);
    return match ? match->family->name : "";
}

void add_host_changes(const HostSources& host, const Database& before, const Database& after,
                      UpdateEffect& effect) {
    const auto drivers = find_bus_drivers(host.paths);
    const std::array families = {family_of(before, host.kernel_release),
                                 family_of(after, host.kernel_release)};
    const auto concerns_host = [&](const std::string& entry) {
        return std::any_of(drivers.begin(), drivers.end(),
                           [&](const std::string& driver) {
                               return is_about(entry, "driver", driver) ||
                                      is_about(entry, "comparer", driver);
                           }) ||
               std::any_of(families.begin(), families.end(), [&](const std::string& family) {
                   return is_about(entry, "kernel family", family);
               });
    };
    for (DbChange& change : diff_databases(before, after)) {
        if (concerns_host(change.entry)) {
            effect.host_changes.push_back(std::move(change));
        }
    }
}

void add_verdicts(const HostSources& host, Database before, const Database& after,
                  UpdateEffect& effect) {
    const Context context{host, {}, std::move(before), {}};
    auto survey = survey_host(context, {}, std::nullopt);
    if (!survey) {
        effect.warnings.push_back("what changes for this host's devices is not known: " +
                                  survey.error().message);
        return;
    }
    const std::vector<Verdict> verdicts = survey->verdicts;
    judge(*survey, after);
    for (std::size_t i = 0; i < verdicts.size(); i++) {
        const Verdict& was = verdicts[i];
        const Verdict& becomes = survey->verdicts[i];
        if (was.kind != becomes.kind || was.mode != becomes.mode) {
            effect.verdicts.push_back({was, becomes});
        }
    }
}

}  // namespace

UpdateEffect update_effect(Document& document, const UpdateWorld& world) {
    UpdateEffect effect;
    auto before = open_layers(world.shipped, world.root);
    auto after = add_local_files(read_local_files(world.root),
                                 document.files(updated_origin(document.head().serial)));
    if (!before || !after) {
        effect.warnings.push_back(before ? after.error().message : before.error().message);
        return effect;
    }
    effect.serial_before = serial_in_force(*before);
    effect.changes = diff_databases(before->database, after->database).size();
    effect.warnings = std::move(after->warnings);
    if (world.host) {
        add_host_changes(*world.host, before->database, after->database, effect);
        add_verdicts(*world.host, std::move(before->database), after->database, effect);
    }
    return effect;
}

}  // namespace netpoll_shim
