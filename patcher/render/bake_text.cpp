// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "render/bake.hpp"
#include "render/layout.hpp"
#include "render/text_parts.hpp"

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

// A line for each path, but one for many in one folder of /usr/src: the module's source.
class Lines {
  public:
    void add(std::string_view what, const std::string& path) {
        const std::string prefix = "usr/src/";
        const auto end = path.find('/', prefix.size());
        if (!path.starts_with(prefix) || end == std::string::npos) {
            flush();
            text_ += fmt::format("{:<8} {}\n", what, path);
            return;
        }
        const std::string folder = path.substr(0, end + 1);
        if (what != what_ || folder != folder_) {
            flush();
        }
        what_ = what;
        folder_ = folder;
        count_++;
    }

    std::string text() {
        flush();
        return std::move(text_);
    }

  private:
    void flush() {
        if (count_ > 0) {
            text_ += fmt::format("{:<8} {} ({} files)\n", what_, folder_, count_);
        }
        count_ = 0;
    }

    std::string text_;
    std::string what_;
    std::string folder_;
    std::size_t count_ = 0;
};

std::string kernel_lines(const BakePlan& plan) {
    std::string text;
    for (const KernelPlan& kernel : plan.kernels) {
        text += layout_paragraph(
            "kernel   ", kernel.needs_module
                             ? fmt::format("{}: module: {}", kernel.release, kernel.module_from)
                             : fmt::format("{} needs nothing", kernel.release));
    }
    return text;
}

std::string note_lines(const BakePlan& plan) {
    std::string text = database_lines(plan.database_warnings);
    for (const std::string& note : plan.notes) {
        text += layout_paragraph("note: ", note);
    }
    return text;
}

std::string plan_lines(const BakeReport& report) {
    Lines lines;
    if (report.replaces_earlier) {
        lines.add("undo", "the earlier bake");
    }
    for (const PlannedFile& file : report.plan.files) {
        if (!action(file).empty()) {
            lines.add(action(file), file.path);
        } else if (report.replaces_earlier && file.state == PlannedFile::State::ours) {
            lines.add("write", file.path);
        }
    }
    for (const ImageTool& tool : report.plan.tools) {
        lines.add("run", words_of(tool));
    }
    return kernel_lines(report.plan) + lines.text() + note_lines(report.plan);
}

std::string done_lines(const BakeReport& report) {
    Lines lines;
    for (const ManifestEntry& entry : report.entries) {
        lines.add(!entry.now.is_there()       ? "removed"
                  : entry.original.is_there() ? "changed"
                                              : "new",
                  entry.path);
    }
    return kernel_lines(report.plan) + lines.text() + note_lines(report.plan);
}

std::string undone_lines(const Undone& undone) {
    Lines lines;
    for (const std::string& path : undone.removed) {
        lines.add("removed", path);
    }
    for (const std::string& path : undone.restored) {
        lines.add("restored", path);
    }
    for (const auto& [tool, release] : undone.remade) {
        lines.add("anew", fmt::format("{} {}", tool, release));
    }
    for (const std::string& path : undone.left) {
        lines.add("left", path);
    }
    return lines.text();
}

std::string undo_plan_lines(const std::vector<ManifestEntry>& entries) {
    Lines lines;
    for (const ManifestEntry& entry : entries) {
        lines.add(entry.original.is_there() ? "restore" : "remove", entry.path);
    }
    return lines.text();
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
