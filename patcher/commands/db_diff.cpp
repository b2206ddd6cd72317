// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "database/files.hpp"
#include "database/words.hpp"

namespace netpoll_shim {

namespace {

using Values = std::map<std::string, std::string>;  // by key; absent keys are empty
using Entries = std::map<std::string, Values>;      // by what they are entries for

std::string before_text(const VersionRange& versions) {
    return versions.before ? versions.before->text() : "";
}

std::string list(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, "; "));
}

void add_driver(const Driver& driver, Entries& entries) {
    const std::string name = "driver " + driver.name;
    entries[name] = {{"builtin_mode", std::string(builtin_mode_word(driver.builtin_mode))},
                     {"module", driver.module}};
    for (const DriverRange& range : driver.ranges) {
        const std::string family = range.family.empty() ? "" : fmt::format(" {}", range.family);
        entries[fmt::format("{}, {}{} from {}", name, word(range.origin), family,
                            range.versions.from.text())] = {
            {"before", before_text(range.versions)},
            {"srcversion", list(range.srcversions)},
            {"hook", std::string(flag_word(range.hook))},
            {"class", std::string(word(range.driver_class))},
            {"note", range.note},
            {"evidence", list(range.evidence)}};
    }
}

void add_kernel(const KernelFamily& family, Entries& entries) {
    const std::string name = "kernel family " + family.name;
    entries[name] = {{"pattern", family.pattern_text},
                     {"upstream", family.upstream ? "true" : "false"},
                     {"distributions", list(family.distributions)}};
    for (const KernelRange& range : family.ranges) {
        entries[fmt::format("{}, from {}", name, range.versions.from.text())] = {
            {"before", before_text(range.versions)},
            {"demands_hook", std::string(flag_word(range.demands_hook))},
            {"evidence", list(range.evidence)}};
    }
}

Entries entries_of(const Database& database) {
    Entries entries;
    for (const Driver& driver : database.drivers) {
        add_driver(driver, entries);
    }
    for (const KernelFamily& family : database.kernels) {
        add_kernel(family, entries);
    }
    for (const OpsComparer& comparer : database.ops_comparers) {
        entries["comparer " + comparer.driver] = {{"evidence", list(comparer.evidence)}};
    }
    return entries;
}

// Both have the same keys.
void compare(const std::string& entry, const Values& before, const Values& after,
             std::vector<DbChange>& changes) {
    for (const auto& [key, value] : before) {
        if (after.at(key) != value) {
            changes.push_back({ChangeKind::changed, entry, key, value, after.at(key)});
        }
    }
}

std::vector<DbChange> compare(const Entries& before, const Entries& after) {
    std::vector<DbChange> changes;
    Entries all = before;
    all.insert(after.begin(), after.end());
    for (const auto& [entry, values] : all) {
        const auto old_values = before.find(entry);
        const auto new_values = after.find(entry);
        if (old_values == before.end()) {
            changes.push_back({ChangeKind::added, entry, "", "", ""});
        } else if (new_values == after.end()) {
            changes.push_back({ChangeKind::removed, entry, "", "", ""});
        } else {
            compare(entry, old_values->second, new_values->second, changes);
        }
    }
    return changes;
}

}  // namespace

std::vector<DbChange> diff_databases(const Database& before, const Database& after) {
    return compare(entries_of(before), entries_of(after));
}

Result<DbDiffReport> db_diff(const DbDiffOptions& options,
                             const std::vector<DatabaseFile>& embedded) {
    const auto before = open_database(options.before, embedded);
    if (!before) {
        return tl::unexpected<Error>(before.error());
    }
    const auto after = open_database(options.after, embedded);
    if (!after) {
        return tl::unexpected<Error>(after.error());
    }
    DbDiffReport report;
    report.changes = diff_databases(*before, *after);
    report.exit_code = report.changes.empty() ? ExitCode::done : ExitCode::action_needed;
    return report;
}

}  // namespace netpoll_shim
