// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/db_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "database/words.hpp"

namespace netpoll_shim {

namespace {

std::string before_text(const VersionRange& versions) {
    return versions.before ? versions.before->text() : "";
}

// Each word once, in the order of the ranges.
template <typename Range, typename Word>
std::string distinct(const std::vector<Range>& ranges, const Word& word_of) {
    std::vector<std::string_view> words;
    for (const Range& range : ranges) {
        const std::string_view word = word_of(range);
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(word);
        }
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

TableRows driver_rows(const Database& database) {
    TableRows rows = {{"DRIVER", "RANGES", "HOOK", "CLASS", "BUILTIN MODE"}};
    for (const Driver& driver : database.drivers) {
        rows.push_back(
            {driver.name, std::to_string(driver.ranges.size()),
             distinct(driver.ranges, [](const DriverRange& r) { return flag_word(r.hook); }),
             distinct(driver.ranges, [](const DriverRange& r) { return word(r.driver_class); }),
             std::string(builtin_mode_word(driver.builtin_mode))});
    }
    return rows;
}

TableRows kernel_rows(const Database& database) {
    TableRows rows = {{"KERNEL FAMILY", "RANGES", "DEMANDS HOOK", "DISTRIBUTIONS"}};
    for (const KernelFamily& family : database.kernels) {
        rows.push_back({family.name, std::to_string(family.ranges.size()),
                        distinct(family.ranges,
                                 [](const KernelRange& r) { return flag_word(r.demands_hook); }),
                        family.upstream
                            ? "upstream"
                            : fmt::format("{}", fmt::join(family.distributions, ", "))});
    }
    return rows;
}

TableRows comparer_rows(const Database& database) {
    TableRows rows = {{"COMPARES ITS OPS", "SOURCES", "FIRST SOURCE"}};
    for (const OpsComparer& comparer : database.ops_comparers) {
        rows.push_back({comparer.driver, std::to_string(comparer.evidence.size()),
                        comparer.evidence.empty() ? "" : comparer.evidence.front()});
    }
    return rows;
}

TableRows range_rows(const Driver& driver) {
    TableRows rows = {{"", "ORIGIN", "FAMILY", "FROM", "BEFORE", "HOOK", "CLASS"}};
    for (const DriverRange& range : driver.ranges) {
        rows.push_back({std::to_string(rows.size()), std::string(word(range.origin)), range.family,
                        range.versions.from.text(), before_text(range.versions),
                        std::string(flag_word(range.hook)), std::string(word(range.driver_class))});
    }
    return rows;
}

TableRows range_rows(const KernelFamily& family) {
    TableRows rows = {{"", "FROM", "BEFORE", "DEMANDS HOOK"}};
    for (const KernelRange& range : family.ranges) {
        rows.push_back({std::to_string(rows.size()), range.versions.from.text(),
                        before_text(range.versions), std::string(flag_word(range.demands_hook))});
    }
    return rows;
}

std::string versions_text(const VersionRange& versions) {
    return versions.before
               ? fmt::format("{} up to {}", versions.from.text(), versions.before->text())
               : fmt::format("from {}", versions.from.text());
}

std::string range_title(const DriverRange& range) {
    return fmt::format("{}{} {}", word(range.origin),
                       range.family.empty() ? "" : fmt::format(", {}", range.family),
                       versions_text(range.versions));
}

}  // namespace netpoll_shim
