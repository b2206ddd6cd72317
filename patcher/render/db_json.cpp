// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/db_json.hpp"

#include "database/words.hpp"
#include "render/db_json_parts.hpp"

namespace netpoll_shim {

namespace {

constexpr int schema = 1;

template <typename T>
Json maybe(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

template <typename T>
Json list(const std::vector<T>& values);

template <typename T>
Json object_or_null(const std::optional<T>& value);

Json before(const VersionRange& versions) {
    return versions.before ? Json(versions.before->text()) : Json();
}

Json driver_class(DriverClass value) {
    return value == DriverClass::unknown ? Json() : Json(word(value));
}

Json to_json(const DriverRange& range) {
    return {{"origin", word(range.origin)},
            {"family", text_or_null(range.family)},
            {"from", range.versions.from.text()},
            {"before", before(range.versions)},
            {"srcversion", range.srcversions},
            {"hook", maybe(range.hook)},
            {"class", driver_class(range.driver_class)},
            {"note", text_or_null(range.note)},
            {"evidence", range.evidence},
            {"source", range.source}};
}

Json to_json(const Driver& driver) {
    return {{"driver", driver.name},
            {"module", text_or_null(driver.module)},
            {"builtin_mode", builtin_mode_word(driver.builtin_mode)},
            {"source", driver.source},
            {"ranges", list(driver.ranges)}};
}

Json to_json(const KernelRange& range) {
    return {{"from", range.versions.from.text()},
            {"before", before(range.versions)},
            {"demands_hook", maybe(range.demands_hook)},
            {"evidence", range.evidence},
            {"source", range.source}};
}

Json to_json(const KernelFamily& family) {
    return {{"family", family.name},       {"pattern", family.pattern_text},
            {"upstream", family.upstream}, {"distributions", family.distributions},
            {"source", family.source},     {"ranges", list(family.ranges)}};
}

Json to_json(const OpsComparer& comparer) {
    return {
        {"driver", comparer.driver}, {"evidence", comparer.evidence}, {"source", comparer.source}};
}

Json to_json(const Statement& statement) {
    return {{"text", statement.text}, {"source", statement.source}};
}

Json to_json(const KernelAnswer& answer) {
    return {{"family", text_or_null(answer.family)},
            {"version", text_or_null(answer.version)},
            {"guess", answer.guess},
            {"range", object_or_null(answer.range)}};
}

Json to_json(const DriverAnswer& answer) {
    return {{"in_tree", maybe(answer.in_tree)},
            {"identity", list(answer.identity)},
            {"range", object_or_null(answer.range)},
            {"why", answer.why}};
}

Json to_json(const Problem& problem) {
    return {{"path", problem.path},
            {"line", problem.line},
            {"column", problem.column},
            {"message", problem.message},
            {"hint", problem.hint}};
}

std::string_view word(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::added:
            return "added";
        case ChangeKind::removed:
            return "removed";
        case ChangeKind::changed:
            break;
    }
    return "changed";
}

Json to_json(const DbChange& change) {
    Json json = {{"change", word(change.kind)}, {"entry", change.entry}};
    if (change.kind == ChangeKind::changed) {
        json["key"] = change.key;
        json["from"] = text_or_null(change.before);
        json["to"] = text_or_null(change.after);
    }
    return json;
}

template <typename T>
Json list(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& value : values) {
        json.push_back(to_json(value));
    }
    return json;
}

template <typename T>
Json object_or_null(const std::optional<T>& value) {
    return value ? to_json(*value) : Json();
}

Json to_json(const DbOrigins& origins) {
    Json updated;
    if (const auto& layer = origins.updated) {
        updated = {{"serial", layer->head.serial},
                   {"expires", layer->head.expires},
                   {"key_id", layer->key_id},
                   {"key", layer->key},
                   {"in_force", layer->is_in_force}};
    }
    return {{"shipped", {{"serial", origins.shipped_serial}}},
            {"updated", std::move(updated)},
            {"local", origins.local_files},
            {"warnings", origins.warnings}};
}

}  // namespace

// Paths may hold any byte.
std::string db_document(const Json& json, ExitCode exit_code) {
    Json whole = {{"schema", schema}};
    whole.update(json);
    whole["exit_code"] = static_cast<int>(exit_code);
    return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json changes_json(const std::vector<DbChange>& changes) {
    return list(changes);
}

std::string render_json(const DbLintReport& report) {
    return db_document({{"files", report.files}, {"problems", list(report.problems)}},
                       report.exit_code);
}

std::string render_json(const DbListReport& report) {
    Json json = Json::object();
    if (report.origins) {
        json["origins"] = to_json(*report.origins);
    }
    if (report.drivers) {
        json["drivers"] = list(report.database.drivers);
    }
    if (report.kernels) {
        json["kernels"] = list(report.database.kernels);
    }
    if (report.comparers) {
        json["comparers"] = list(report.database.ops_comparers);
    }
    return db_document(json, report.exit_code);
}

std::string render_json(const DbShowReport& report) {
    return db_document({{"driver", object_or_null(report.driver)},
                        {"kernel_family", object_or_null(report.kernel)},
                        {"comparer", object_or_null(report.comparer)},
                        {"kernel", object_or_null(report.kernel_answer)},
                        {"answers", list(report.driver_answers)},
                        {"warnings", report.warnings}},
                       report.exit_code);
}

std::string render_json(const DbDiffReport& report) {
    return db_document({{"changes", list(report.changes)}}, report.exit_code);
}

std::string render_json(const DbBuildReport& report) {
    return db_document({{"serial", report.head.serial},
                        {"expires", report.head.expires},
                        {"files", report.files},
                        {"bytes", report.document.size()},
                        {"output", maybe(report.output)}},
                       report.exit_code);
}

std::string render_json(const DbSignReport& report) {
    return db_document({{"output", report.output},
                        {"trusted_comment", report.trusted_comment},
                        {"key_ids", report.key_ids}},
                       report.exit_code);
}

std::string render_json(const DbVerifyReport& report) {
    return db_document({{"document", report.document},
                        {"serial", report.head.serial},
                        {"expires", report.head.expires},
                        {"key_id", report.key_id},
                        {"key", report.key},
                        {"warnings", report.warnings}},
                       report.exit_code);
}

}  // namespace netpoll_shim
