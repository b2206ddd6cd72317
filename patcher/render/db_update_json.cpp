// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/db_json_parts.hpp"
#include "render/db_update.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

Json to_json(const Verdict& verdict) {
    return {{"verdict", word(verdict.kind)},
            {"mode", verdict.mode ? Json(mode_name(*verdict.mode)) : Json()}};
}

Json to_json(const UpdateEffect& effect) {
    Json verdicts = Json::array();
    for (const VerdictChange& change : effect.verdicts) {
        verdicts.push_back({{"interface", change.after.interface},
                            {"driver", change.after.driver},
                            {"from", to_json(change.before)},
                            {"to", to_json(change.after)}});
    }
    return {{"serial_before", effect.serial_before},
            {"changes", effect.changes},
            {"host_changes", changes_json(effect.host_changes)},
            {"verdicts", std::move(verdicts)},
            {"warnings", effect.warnings}};
}

std::string_view word(UpdateOutcome outcome) {
    switch (outcome) {
        case UpdateOutcome::updated:
            return "updated";
        case UpdateOutcome::would_update:
            return "would-update";
        case UpdateOutcome::already_newest:
            break;
    }
    return "already-newest";
}

}  // namespace

std::string render_json(const DbUpdateReport& report) {
    return db_document({{"outcome", word(report.outcome)},
                        {"origin", report.origin},
                        {"serial", report.head.serial},
                        {"expires", report.head.expires},
                        {"key_id", report.key_id},
                        {"key", report.key},
                        {"effect", report.effect ? to_json(*report.effect) : Json()},
                        {"warnings", report.warnings}},
                       report.exit_code);
}

std::string render_json(const DbRollbackReport& report) {
    const bool is_shipped = !report.release || report.release->serial < report.shipped_serial;
    return db_document({{"serial", is_shipped ? report.shipped_serial : report.release->serial},
                        {"layer", is_shipped ? "shipped" : "updated"}},
                       report.exit_code);
}

std::string render_json(const DbAvailableReport& report) {
    Json sources = Json::array();
    for (const AvailableSource& source : report.sources) {
        const auto& head = source.head;
        sources.push_back({{"source", source.source},
                           {"serial", head ? Json(head->serial) : Json()},
                           {"expires", head ? Json(head->expires) : Json()},
                           {"key_id", head ? Json(source.key_id) : Json()},
                           {"problem", head ? Json() : Json(source.problem)}});
    }
    return db_document(
        {{"serial", report.serial}, {"sources", std::move(sources)}, {"warnings", report.warnings}},
        report.exit_code);
}

}  // namespace netpoll_shim
