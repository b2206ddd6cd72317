// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include "render/db_text.hpp"
#include "render/db_update.hpp"
#include "render/layout.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

std::string verdict_words(const Verdict& verdict) {
    return verdict.mode ? fmt::format("{} {}", word(verdict.kind), mode_name(*verdict.mode))
                        : std::string(word(verdict.kind));
}

std::string_view outcome_words(UpdateOutcome outcome) {
    switch (outcome) {
        case UpdateOutcome::updated:
            return "updated";
        case UpdateOutcome::would_update:
            return "would update";
        case UpdateOutcome::already_newest:
            break;
    }
    return "nothing newer";
}

std::string effect_text(const UpdateEffect& effect) {
    std::string text = fmt::format("{} change{}, {} for this host\n", effect.changes,
                                   effect.changes == 1 ? "" : "s", effect.host_changes.size());
    text += render_text(DbDiffReport{effect.host_changes, ExitCode::done});
    for (const VerdictChange& change : effect.verdicts) {
        text += fmt::format("{}: {}, was {}\n", printable(change.after.interface),
                            verdict_words(change.after), verdict_words(change.before));
    }
    return text;
}

std::string prefixed(std::string_view prefix, const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) {
        all += fmt::format("{}{}\n", prefix, printable(text));
    }
    return all;
}

}  // namespace

std::string render_text(const DbUpdateReport& report) {
    const std::string text = layout_paragraph(
        fmt::format("{}: ", outcome_words(report.outcome)),
        printable(fmt::format(
            "serial {}, expires {}, signed by {} ({}), from {}{}", report.head.serial,
            report.head.expires, report.key_id, report.key, report.origin,
            report.effect ? fmt::format("; in place of serial {}", report.effect->serial_before)
                          : "")));
    return report.effect ? text + effect_text(*report.effect) : text;
}

std::string render_log(const DbUpdateReport& report) {
    std::string text = prefixed("netpoll-shim: warning: ", report.warnings);
    if (!report.effect) {
        return text;
    }
    text += prefixed("netpoll-shim: warning: ", report.effect->warnings);
    for (const VerdictChange& change : report.effect->verdicts) {
        text += fmt::format("netpoll-shim: {} ({}): the verdict {} from {} to {}\n",
                            printable(change.after.interface), printable(change.after.driver),
                            report.outcome == UpdateOutcome::updated ? "changed" : "would change",
                            verdict_words(change.before), verdict_words(change.after));
    }
    return text;
}

std::string render_text(const DbRollbackReport& report) {
    if (report.release && report.release->serial < report.shipped_serial) {
        return fmt::format(
            "serial {} is back; the command's own database, serial {}, is newer and in force\n",
            report.release->serial, report.shipped_serial);
    }
    return report.release
               ? fmt::format("serial {} is in force again\n", report.release->serial)
               : fmt::format("the command's own database, serial {}, is in force again\n",
                             report.shipped_serial);
}

std::string render_text(const DbAvailableReport& report) {
    std::vector<std::vector<std::string>> rows = {{"SOURCE", "SERIAL", "EXPIRES", "SIGNED BY", ""}};
    for (const AvailableSource& source : report.sources) {
        if (source.head) {
            rows.push_back({printable(source.source), std::to_string(source.head->serial),
                            source.head->expires, source.key_id,
                            source.head->serial > report.serial    ? "newer"
                            : source.head->serial == report.serial ? "the same"
                                                                   : "older"});
        } else {
            rows.push_back({printable(source.source), "-", "-", "-", printable(source.problem)});
        }
    }
    return fmt::format("in force: serial {}\n\n", report.serial) + layout_table(rows) +
           prefixed("warning: ", report.warnings);
}

}  // namespace netpoll_shim
