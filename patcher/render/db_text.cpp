// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/db_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "database/words.hpp"
#include "render/db_rows.hpp"
#include "render/layout.hpp"

namespace netpoll_shim {

namespace {

std::string table(TableRows rows) {
    for (auto& row : rows) {
        for (std::string& cell : row) {
            cell = cell.empty() && &row != &rows.front() ? "-" : printable(std::move(cell));
        }
    }
    return layout_table(rows);
}

std::string paragraph(std::string_view first, const std::string& text) {
    return layout_paragraph(first, printable(text));
}

std::string evidence(const std::vector<std::string>& sources) {
    std::string text;
    for (const std::string& source : sources) {
        text += paragraph("   evidence: ", source);
    }
    return text;
}

std::string details(const DriverRange& range) {
    std::string text;
    if (!range.note.empty()) {
        text += paragraph("   ", range.note);
    }
    if (!range.srcversions.empty()) {
        text += paragraph("   srcversion: ", fmt::format("{}", fmt::join(range.srcversions, " ")));
    }
    return text + evidence(range.evidence);
}

std::string show(const Driver& driver) {
    std::string text =
        printable(fmt::format("driver {}{}, builtin_mode {} ({})", driver.name,
                              driver.module.empty() ? "" : " of the module " + driver.module,
                              builtin_mode_word(driver.builtin_mode), driver.source)) +
        "\n\n" + table(range_rows(driver));
    int number = 1;
    for (const DriverRange& range : driver.ranges) {
        text += fmt::format("\n{}  {}\n", number++, printable(range.source)) + details(range);
    }
    return text;
}

std::string show(const KernelFamily& family) {
    std::string text = printable(fmt::format("kernel family {} ({})", family.name, family.source)) +
                       "\n" + paragraph("pattern  ", family.pattern_text);
    if (family.upstream) {
        text += "tried last: releases that carry more than an upstream version are a guess\n";
    }
    if (!family.distributions.empty()) {
        text += paragraph("of       ", fmt::format("{}", fmt::join(family.distributions, ", ")));
    }
    text += "\n" + table(range_rows(family));
    int number = 1;
    for (const KernelRange& range : family.ranges) {
        text +=
            fmt::format("\n{}  {}\n", number++, printable(range.source)) + evidence(range.evidence);
    }
    return text;
}

std::string show(const OpsComparer& comparer) {
    return printable(fmt::format("{} compares its netdev_ops and must never be served ({})",
                                 comparer.driver, comparer.source)) +
           "\n" + evidence(comparer.evidence);
}

std::string show(const KernelAnswer& answer) {
    if (answer.family.empty()) {
        return "kernel: no family matches its release\n";
    }
    const std::string match =
        fmt::format("{} of the family {}{}", answer.version, answer.family,
                    answer.guess ? ": a guess, the release may carry backports" : "");
    if (!answer.range) {
        return paragraph("kernel: ", match + ": no range covers it");
    }
    const auto& demand = answer.range->demands_hook;
    return paragraph("kernel: ", fmt::format("{}: {} ({})", match,
                                             !demand   ? "whether it demands the hook is not known"
                                             : *demand ? "demands the hook"
                                                       : "demands no hook",
                                             answer.range->source)) +
           evidence(answer.range->evidence);
}

std::string show(const DriverAnswer& answer) {
    std::string text = !answer.in_tree   ? "wherever it comes from:\n"
                       : *answer.in_tree ? "if it came with the kernel:\n"
                                         : "if it is out of tree:\n";
    for (const Statement& statement : answer.identity) {
        text += paragraph("   ", fmt::format("{} ({})", statement.text, statement.source));
    }
    if (!answer.range) {
        return text + paragraph("   ", answer.why);
    }
    const DriverRange& range = *answer.range;
    return text +
           paragraph("   ", fmt::format("{}, because {} ({})", range_title(range), answer.why,
                                        range.source)) +
           fmt::format("   hook {}, class {}\n", flag_word(range.hook), word(range.driver_class)) +
           details(range);
}

std::string warnings_text(const std::vector<std::string>& warnings) {
    std::string text;
    for (const std::string& warning : warnings) {
        text += paragraph("warning: ", warning);
    }
    return text;
}

std::string show(const DbOrigins& origins) {
    std::string text = fmt::format("shipped  serial {}, in the command\n", origins.shipped_serial);
    if (const auto& updated = origins.updated) {
        text += paragraph("updated  ",
                          fmt::format("serial {}, expires {}, signed by {} ({}){}",
                                      updated->head.serial, updated->head.expires, updated->key_id,
                                      updated->key, updated->is_in_force ? "" : ": not in force"));
    }
    for (const std::string& file : origins.local_files) {
        text += paragraph("local    ", file);
    }
    return text + warnings_text(origins.warnings);
}

// A column that says for each entry which layer it is from.
template <typename Entry>
void add_layers(TableRows& rows, const std::vector<Entry>& entries) {
    rows.front().emplace_back("LAYER");
    for (std::size_t i = 0; i < entries.size(); i++) {
        rows[i + 1].emplace_back(layer_of(entries[i].source));
    }
}

std::string or_nothing(const std::string& value) {
    return value.empty() ? "nothing" : fmt::format("'{}'", value);
}

}  // namespace

std::string render_text(const DbLintReport& report) {
    std::string text;
    for (const Problem& problem : report.problems) {
        text += printable(problem_line(problem)) + "\n";
    }
    return text;
}

std::string render_text(const DbListReport& report) {
    std::string text = report.origins ? show(*report.origins) : "";
    const auto add = [&](bool wanted, TableRows rows, const auto& entries) {
        if (wanted) {
            if (report.origins) {
                add_layers(rows, entries);
            }
            text += (text.empty() ? "" : "\n") + table(std::move(rows));
        }
    };
    const Database& database = report.database;
    add(report.drivers, driver_rows(database), database.drivers);
    add(report.kernels, kernel_rows(database), database.kernels);
    add(report.comparers, comparer_rows(database), database.ops_comparers);
    return text;
}

std::string render_text(const DbShowReport& report) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "\n") + part; };
    if (report.kernel_answer) {
        add(show(*report.kernel_answer));
    }
    for (const DriverAnswer& answer : report.driver_answers) {
        add(show(answer));
    }
    // An answer is what was asked for, not all there is.
    const bool answered = !text.empty();
    if (report.driver && !answered) {
        add(show(*report.driver));
    }
    if (report.kernel && !answered) {
        add(show(*report.kernel));
    }
    if (report.comparer) {
        add(show(*report.comparer));
    }
    return text + warnings_text(report.warnings);
}

std::string render_text(const DbDiffReport& report) {
    std::string text;
    for (const DbChange& change : report.changes) {
        switch (change.kind) {
            case ChangeKind::added:
                text += fmt::format("+ {}\n", printable(change.entry));
                break;
            case ChangeKind::removed:
                text += fmt::format("- {}\n", printable(change.entry));
                break;
            case ChangeKind::changed:
                text += fmt::format("~ {}: {}\n", printable(change.entry), change.key) +
                        paragraph("    from ", or_nothing(change.before)) +
                        paragraph("    to   ", or_nothing(change.after));
                break;
        }
    }
    return text;
}

std::string render_text(const DbBuildReport& report) {
    if (!report.output) {
        return report.document;
    }
    return printable(fmt::format("{}: serial {}, expires {}, {} files, {} bytes", *report.output,
                                 report.head.serial, report.head.expires, report.files,
                                 report.document.size())) +
           "\n";
}

std::string render_text(const DbSignReport& report) {
    return printable(fmt::format("{}: {}, by {}", report.output, report.trusted_comment,
                                 fmt::join(report.key_ids, ", "))) +
           "\n";
}

std::string render_text(const DbVerifyReport& report) {
    const std::string text =
        printable(fmt::format("{}: valid, serial {}, expires {}, signed by {} ({})",
                              report.document, report.head.serial, report.head.expires,
                              report.key_id, report.key)) +
        "\n";
    return text + warnings_text(report.warnings);
}

}  // namespace netpoll_shim
