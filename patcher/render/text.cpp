// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/text.hpp"

#include <fmt/format.h>

#include "render/layout.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

std::string kernel_line(const KernelFacts& kernel) {
    std::string demand = "whether it demands the hook is not in its symbols";
    if (kernel.hook_demand) {
        switch (kernel.hook_demand->value) {
            case HookDemand::demanded:
                demand = "demands the hook";
                break;
            case HookDemand::not_demanded:
                demand = "demands no hook";
                break;
            case HookDemand::no_netpoll:
                demand = "has no netpoll";
                break;
        }
        demand += fmt::format(" ({})", kernel.hook_demand->source);
    }
    return layout_paragraph(
        "kernel  ", fmt::format("{}{}{}, {}", kernel.release, kernel.machine.empty() ? "" : " ",
                                kernel.machine, demand));
}

std::string loading_line(const KernelFacts& kernel) {
    std::string text;
    const auto add = [&](std::string_view words, const std::string& source) {
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", words, source);
    };
    if (kernel.netconsole && kernel.netconsole->value == BuildKind::built_in) {
        add("netconsole is built in: a softdep of its module has no effect",
            kernel.netconsole->source);
    }
    if (kernel.sig_enforce && kernel.sig_enforce->value) {
        add("modules must be signed", kernel.sig_enforce->source);
    }
    if (kernel.lockdown && kernel.lockdown->value != "none") {
        add(fmt::format("lockdown {}", kernel.lockdown->value), kernel.lockdown->source);
    }
    if (kernel.modules_disabled && kernel.modules_disabled->value) {
        add("no module can be loaded", kernel.modules_disabled->source);
    }
    return text.empty() ? "" : layout_paragraph("modules ", text);
}

std::string loaded_words(const LoadedShim& loaded) {
    return fmt::format("loaded, version {}, {}policy {}{}", or_dash(loaded.version),
                       loaded.dry_run ? "dry run, " : "", or_dash(loaded.policy),
                       loaded.refcnt ? fmt::format(", in use by {}", *loaded.refcnt) : "");
}

std::string needs_root_line(const std::vector<std::string>& needs_root) {
    std::string text;
    for (const std::string& what : needs_root) {
        text += fmt::format("{}{}", text.empty() ? "" : ", ",
                            what == "dry-run" ? "the module's dry run (--dry-run)" : what);
    }
    return text.empty() ? "" : layout_paragraph("not read without root: ", text);
}

std::string database_lines(const std::vector<std::string>& warnings) {
    std::string text;
    for (const std::string& warning : warnings) {
        text += layout_paragraph("database warning: ", printable(warning));
    }
    return text;
}

namespace {

std::string shim_line(const ShimFacts& shim) {
    std::string text = shim.loaded ? loaded_words(*shim.loaded) : "not loaded";
    if (!shim.file) {
        text += fmt::format("; no file through modules.dep in {}", shim.searched);
    } else if (shim.file->fit == VermagicFit::differs) {
        text += fmt::format("; {} is for another kernel: vermagic '{}', expected '{}'",
                            shim.file->path, shim.file->vermagic, shim.file->expected_vermagic);
    } else {
        text += fmt::format("; {} version {} fits this kernel{}", shim.file->path,
                            or_dash(shim.file->version), shim.file->is_signed ? ", signed" : "");
    }
    return layout_paragraph("shim    ", text);
}

std::string dry_run_line(const std::optional<DryRunReport>& dry_run) {
    if (!dry_run || dry_run->problem.empty()) {
        return "";
    }
    return layout_paragraph(
        "dry run ",
        fmt::format("{}: {}", dry_run->made ? "incomplete" : "not made", dry_run->problem));
}

std::string state(const Verdict& verdict, const DeviceFacts& device) {
    if (verdict.service == Service::served && verdict.kind == VerdictKind::shim) {
        return "served";
    }
    if (verdict.service == Service::waiting) {
        return "served when it comes up";
    }
    if (device.served) {
        return fmt::format("served with {}", device.served->mode.value);
    }
    return verdict.kind == VerdictKind::shim ? "not served" : "-";
}

std::string_view question_text(Question question) {
    switch (question) {
        case Question::demand:
            return "does the kernel demand the hook?";
        case Question::hook:
            return "does the driver have it?";
        case Question::driver_class:
            break;
    }
    return "what does the driver do at budget 0?";
}

std::string device_table(const Survey& survey) {
    std::vector<std::vector<std::string>> rows = {
        {"INTERFACE", "DRIVER", "VERSION", "VERDICT", "MODE", "STATE"}};
    for (std::size_t i = 0; i < survey.verdicts.size(); i++) {
        const Verdict& verdict = survey.verdicts[i];
        rows.push_back({verdict.interface, or_dash(verdict.driver), or_dash(verdict.driver_version),
                        std::string(word(verdict.kind)),
                        verdict.mode ? std::string(mode_name(*verdict.mode)) : "-",
                        state(verdict, survey.devices[i])});
    }
    return layout_table(rows);
}

// Every answer that was found, and what became of it.
std::string chain(const Verdict& verdict) {
    std::string text;
    std::optional<Question> heading;
    for (const ChainLink& link : verdict.chain) {
        if (heading != link.question) {
            heading = link.question;
            text += fmt::format("  {}\n", question_text(link.question));
        }
        text += layout_paragraph(
            fmt::format("    {:<9}  {:<14}  ", word(link.standing), word(link.evidence)),
            fmt::format("{} ({})", link.statement.text, link.statement.source));
    }
    const auto rests_on = verdict.rests_on();
    return text + fmt::format("  the weakest of what it rests on: {}\n",
                              rests_on ? word(*rests_on) : "nothing is known");
}

}  // namespace

std::string explanation(const std::string& heading, const Verdict& verdict, bool explain) {
    std::string text = heading + "\n";
    for (const Statement& reason : verdict.reasons) {
        text += layout_paragraph("  - ", fmt::format("{} ({})", reason.text, reason.source));
    }
    if (explain) {
        text += chain(verdict);
    }
    for (const std::string& contradiction : verdict.contradictions) {
        text += layout_paragraph("  contradiction: ", contradiction);
    }
    for (const std::string& remedy : verdict.remedies) {
        text += layout_paragraph("  do: ", remedy);
    }
    if (verdict.remedies.empty()) {
        text += "  do: nothing\n";
    }
    for (const std::string& alternative : verdict.alternatives) {
        text += layout_paragraph("  or: ", alternative);
    }
    return text;
}

std::string render_text(const CheckReport& report) {
    const Survey& survey = report.survey;
    std::string text = kernel_line(survey.kernel) + loading_line(survey.kernel) +
                       shim_line(survey.shim) + dry_run_line(survey.dry_run) +
                       needs_root_line(survey.needs_root) +
                       database_lines(survey.database_warnings) + "\n";
    if (survey.verdicts.empty()) {
        return text + "no network device with a bus driver: nothing to judge\n";
    }
    text += device_table(survey);
    for (const Verdict& verdict : survey.verdicts) {
        text += "\n" + explanation(verdict.interface, verdict, report.explain);
    }
    return text;
}

std::string render_text(const LoadReport& report) {
    if (report.outcome == LoadOutcome::nothing_to_do) {
        // The problem, which goes to the standard error, says it already.
        return database_lines(report.survey.database_warnings) +
               (report.problem ? "" : fmt::format("nothing to do: {}\n", report.why));
    }
    const std::string_view outcome = report.outcome == LoadOutcome::loaded     ? "loaded"
                                     : report.outcome == LoadOutcome::reloaded ? "loaded anew"
                                                                               : "already loaded";
    return database_lines(report.survey.database_warnings) +
           fmt::format("{}: policy {}\n\n", outcome, report.policy) + device_table(report.survey);
}

std::string render_text(const UnloadReport& report) {
    return report.was_loaded ? "unloaded\n" : "not loaded\n";
}

std::string render_text(const Error& error) {
    std::string text = fmt::format("netpoll-shim: {}\n", printable_lines(error.message));
    if (!error.hint.empty()) {
        text += fmt::format("hint: {}\n", printable_lines(error.hint));
    }
    return text;
}

}  // namespace netpoll_shim
