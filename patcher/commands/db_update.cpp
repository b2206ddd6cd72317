// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_update.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "update/candidate.hpp"

namespace netpoll_shim {

namespace {

// The newest of what the sources have; the others' errors are warnings then. Without one, the worst
// error: a source that lies outweighs one that cannot be reached.
Result<Candidate> find_newest(const std::vector<Source>& sources, const UpdateWorld& world,
                              const std::vector<PublicKey>& keys,
                              std::vector<std::string>& warnings) {
    std::optional<Candidate> newest;
    std::vector<Error> errors;
    for (const Source& source : sources) {
        auto candidate = examine(source, world.read_url, keys);
        if (!candidate) {
            errors.push_back(std::move(candidate).error());
        } else if (!newest || candidate->release.serial > newest->release.serial) {
            newest = *std::move(candidate);
        }
    }
    if (newest) {
        for (const Error& error : errors) {
            warnings.push_back(error.message);
        }
        return *std::move(newest);
    }
    const auto worst = std::find_if(errors.begin(), errors.end(), [](const Error& error) {
        return error.exit_code == ExitCode::database_invalid;
    });
    return tl::unexpected<Error>(worst == errors.end() ? errors.front() : *worst);
}

// Whether what is in force can be read, be it the newest or what that was rolled back to.
bool is_sound(const Store& store, const Release& newest, const std::vector<PublicKey>& keys) {
    const auto current = store.current();
    return current ? store.read(*current, keys).has_value()
                   : !store.has_current() && store.previous() == newest;
}

// Nothing: there is none, and none is needed.
Result<std::optional<Store>> open_store(const DbUpdateOptions& options, const Root& root) {
    if (options.dry_run) {
        return Store::peek(root);
    }
    return Store::open(root).map([](Store&& store) { return std::optional(std::move(store)); });
}

// Puts the candidate in force, unless it is what was here last. Whatever is wrong with what is in
// force, this mends it.
Result<DbUpdateReport> take(Candidate& candidate, const DbUpdateOptions& options,
                            const UpdateWorld& world, const std::vector<PublicKey>& keys,
                            DbUpdateReport report) {
    auto opened = open_store(options, world.root);
    if (!opened) {
        return tl::unexpected<Error>(std::move(opened).error());
    }
    std::optional<Store>& store = *opened;
    const auto highest = store ? store->highest() : std::nullopt;
    if (!highest) {
        return tl::unexpected<Error>(highest.error());
    }
    const auto freshness = judge_freshness(candidate, world.shipped, *highest);
    if (!freshness) {
        return tl::unexpected<Error>(freshness.error());
    }
    const Release& release = candidate.release;
    const bool was_here = store && *highest == release;
    if (*freshness == Freshness::same && (!was_here || is_sound(*store, release, keys))) {
        // The next run of a timer must not undo what somebody did.
        if (was_here && store->current() != release) {
            report.warnings.push_back(fmt::format(
                "serial {} was rolled back; netpoll-shim db rollback puts it in force again",
                release.serial));
        }
        return report;
    }
    Document& document = candidate.opened.document;
    report.effect = update_effect(document, world);
    report.outcome = UpdateOutcome::would_update;
    if (store && !options.dry_run) {
        if (auto installed = store->install(release, document.bytes(), candidate.signature);
            !installed) {
            return tl::unexpected<Error>(std::move(installed).error());
        }
        report.outcome = UpdateOutcome::updated;
    }
    return report;
}

}  // namespace

Result<DbUpdateReport> db_update(const DbUpdateOptions& options, const UpdateWorld& world) {
    const auto sources = update_sources(options.from, world.root);
    if (!sources) {
        return tl::unexpected<Error>(sources.error());
    }
    const TrustedKeys trusted = trusted_keys(world.shipped.keys, world.root);
    DbUpdateReport report;
    report.warnings = sources->warnings;
    report.warnings.insert(report.warnings.end(), trusted.warnings.begin(), trusted.warnings.end());
    // All of it before the store is locked: nobody waits for a network.
    auto candidate = find_newest(sources->sources, world, trusted.keys, report.warnings);
    if (!candidate) {
        return tl::unexpected<Error>(std::move(candidate).error());
    }
    report.warnings.insert(report.warnings.end(), candidate->warnings.begin(),
                           candidate->warnings.end());
    report.origin = candidate->origin;
    report.head = candidate->opened.document.head();
    report.key = candidate->opened.key.name;
    report.key_id = key_id_text(candidate->opened.key.id);
    return take(*candidate, options, world, trusted.keys, std::move(report));
}

}  // namespace netpoll_shim
