// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/bake.hpp"
#include "render/json_parts.hpp"

namespace netpoll_shim {

namespace {

const char* word(BakeOutcome outcome) {
    switch (outcome) {
        case BakeOutcome::baked:
            return "baked";
        case BakeOutcome::unchanged:
            return "unchanged";
        case BakeOutcome::nothing_needed:
            return "nothing_needed";
        case BakeOutcome::undone:
            return "undone";
        case BakeOutcome::nothing_to_undo:
            return "nothing_to_undo";
        case BakeOutcome::planned:
            return "planned";
        case BakeOutcome::undo_planned:
            break;
    }
    return "undo_planned";
}

const char* word(PlannedFile::State state) {
    switch (state) {
        case PlannedFile::State::missing:
            return "missing";
        case PlannedFile::State::there:
            return "there";
        case PlannedFile::State::ours:
            return "ours";
        case PlannedFile::State::outdated:
            break;
    }
    return "outdated";
}

Json kernels_json(const BakePlan& plan) {
    Json kernels = Json::array();
    for (const KernelPlan& kernel : plan.kernels) {
        kernels.push_back({{"release", kernel.release},
                           {"needs_module", kernel.needs_module},
                           {"module", kernel.needs_module ? Json(kernel.module_from) : Json()}});
    }
    return kernels;
}

Json plan_json(const BakePlan& plan) {
    Json files = Json::array();
    for (const PlannedFile& file : plan.files) {
        files.push_back({{"path", file.path}, {"state", word(file.state)}});
    }
    Json tools = Json::array();
    for (const ImageTool& tool : plan.tools) {
        tools.push_back(tool.arguments);
    }
    return {{"files", std::move(files)},
            {"tools", std::move(tools)},
            {"notes", plan.notes},
            {"database_warnings", plan.database_warnings}};
}

Json changes_json(const std::vector<ManifestEntry>& entries) {
    Json changes = Json::array();
    for (const ManifestEntry& entry : entries) {
        changes.push_back({{"path", entry.path},
                           {"made_by", entry.made_by.empty() ? "bake" : entry.made_by},
                           {"original", entry.original.is_there()}});
    }
    return changes;
}

Json undone_json(const Undone& undone) {
    Json remade = Json::array();
    for (const auto& [tool, release] : undone.remade) {
        remade.push_back({{"tool", tool}, {"release", release}});
    }
    return {{"removed", undone.removed},
            {"restored", undone.restored},
            {"remade", std::move(remade)},
            {"left", undone.left}};
}

}  // namespace

std::string render_json(const BakeReport& report) {
    return document({{"schema", schema},
                     {"root", report.root},
                     {"outcome", word(report.outcome)},
                     {"changed", report.outcome == BakeOutcome::baked ||
                                     report.outcome == BakeOutcome::undone || report.repaired},
                     {"repaired", report.repaired},
                     {"replaces_earlier", report.replaces_earlier},
                     {"kernels", kernels_json(report.plan)},
                     {"plan", plan_json(report.plan)},
                     {"changes", changes_json(report.entries)},
                     {"undone", undone_json(report.undone)},
                     {"exit_code", static_cast<int>(report.exit_code)}});
}

}  // namespace netpoll_shim
