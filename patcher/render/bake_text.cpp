// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "render/bake.hpp"
#include "render/layout.hpp"

namespace netpoll_shim {

namespace {

// What becomes of a file; "" of one that stays as it is.
std::string_view action(const PlannedFile& file) {
    switch (file.state) {
        case PlannedFile::State::missing:
            return "write";
        case PlannedFile::State::outdated:
            return "replace";
        case PlannedFile::State::ours:
        case PlannedFile::State::there:
            break;
    }
    return "";
}

std::string kernel_lines(const BakePlan& plan) {
    std::string text;
    for (const KernelPlan& kernel : plan.kernels) {
        text += layout_paragraph(
            "kernel  ", kernel.needs_module
                            ? fmt::format("{}: module: {}", kernel.release, kernel.module_from)
                            : fmt::format("{} needs nothing", kernel.release));
    }
    return text;
}

std::string note_lines(const BakePlan& plan) {
    std::string text;
    for (const std::string& note : plan.notes) {
        text += layout_paragraph("note: ", note);
    }
    return text;
}

std::string plan_lines(const BakeReport& report) {
    std::string text = kernel_lines(report.plan);
    if (report.replaces_earlier) {
        text += "undo    the earlier bake\n";
    }
    for (const PlannedFile& file : report.plan.files) {
        if (!action(file).empty()) {
            text += fmt::format("{:<8}{}\n", action(file), file.path);
        } else if (report.replaces_earlier && file.state == PlannedFile::State::ours) {
            text += fmt::format("{:<8}{}\n", "write", file.path);
        }
    }
    for (const ImageTool& tool : report.plan.tools) {
        text += fmt::format("run     {}\n", words_of(tool));
    }
    return text + note_lines(report.plan);
}

std::string done_lines(const BakeReport& report) {
    std::string text = kernel_lines(report.plan);
    for (const ManifestEntry& entry : report.entries) {
        text += fmt::format("{:<8}{}\n",
                            !entry.now.is_there()       ? "removed"
                            : entry.original.is_there() ? "changed"
                                                        : "new",
                            entry.path);
    }
    return text + note_lines(report.plan);
}

std::string undone_lines(const Undone& undone) {
    std::string text;
    for (const std::string& path : undone.removed) {
        text += fmt::format("removed {}\n", path);
    }
    for (const std::string& path : undone.restored) {
        text += fmt::format("restored {}\n", path);
    }
    for (const auto& [tool, release] : undone.remade) {
        text += fmt::format("anew    {} {}\n", tool, release);
    }
    for (const std::string& path : undone.left) {
        text += fmt::format("left    {}\n", path);
    }
    return text;
}

std::string undo_plan_lines(const std::vector<ManifestEntry>& entries) {
    std::string text;
    for (const ManifestEntry& entry : entries) {
        text +=
            fmt::format("{:<8}{}\n", entry.original.is_there() ? "restore" : "remove", entry.path);
    }
    return text;
}

std::string body(const BakeReport& report) {
    switch (report.outcome) {
        case BakeOutcome::baked:
            return done_lines(report) + (report.replaces_earlier ? "baked anew\n" : "baked\n");
        case BakeOutcome::unchanged:
            return kernel_lines(report.plan) + "nothing to do: all is there\n";
        case BakeOutcome::nothing_needed:
            return kernel_lines(report.plan) + "nothing to do: no kernel needs the module\n";
        case BakeOutcome::undone:
            return undone_lines(report.undone) +
                   (report.problem ? "" : "undone: the image is as it was\n");
        case BakeOutcome::nothing_to_undo:
            return "nothing to undo: the image is not baked\n";
        case BakeOutcome::planned:
            return plan_lines(report);
        case BakeOutcome::undo_planned:
            break;
    }
    return undo_plan_lines(report.entries);
}

}  // namespace

std::string render_text(const BakeReport& report) {
    return (report.repaired ? "an interrupted bake was taken back\n" : "") + body(report);
}

}  // namespace netpoll_shim
