// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "render/layout.hpp"
#include "render/text.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

// Lines that begin with `first`, one for each text.
std::string paragraphs(std::string_view first, const std::vector<std::string>& texts) {
    std::string lines;
    for (const std::string& text : texts) {
        lines += layout_paragraph(first, text);
    }
    return lines;
}

// A module may need hundreds of symbols.
std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t most = 6;
    const auto shown = static_cast<std::ptrdiff_t>(std::min(most, names.size()));
    std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + shown, ", "));
    return names.size() > most ? fmt::format("{} and {} more", text, names.size() - most) : text;
}

std::string vermagic_words(const ShimFile& file) {
    switch (file.fit) {
        case VermagicFit::fits:
            return "its vermagic is the kernel's";
        case VermagicFit::release_fits:
            return "its vermagic has the kernel's release; no other module tells the rest";
        case VermagicFit::crcs_fit:
            return fmt::format("it was built for {}, but every symbol's CRC is this kernel's",
                               file.vermagic.substr(0, file.vermagic.find(' ')));
        case VermagicFit::differs:
            break;
    }
    return fmt::format("vermagic '{}', expected '{}'", file.vermagic, file.expected_vermagic);
}

std::string symbol_words(const SymbolFit& symbols) {
    std::string text;
    const auto add = [&](std::string_view what, const std::vector<std::string>& names) {
        if (!names.empty()) {
            text += fmt::format("; {}: {}", what, some_of(names));
        }
    };
    add("the kernel has no", symbols.missing);
    add("other CRC", symbols.crc_differs);
    add("cannot be checked", symbols.unchecked);
    return text.empty() ? fmt::format("; all its symbols are there ({})", symbols.source)
                        : fmt::format("{} ({})", text, symbols.source);
}

std::string image_shim_line(const ShimFacts& shim, const std::string& release) {
    if (!shim.file) {
        return layout_paragraph("shim    ",
                                shim.unreadable.empty()
                                    ? fmt::format("no netpoll_shim in {}", shim.searched)
                                    : shim.unreadable);
    }
    const ShimFile& file = *shim.file;
    return layout_paragraph(
        "shim    ", fmt::format("{} version {} {} {}{}: {}{}", file.path, or_dash(file.version),
                                file.fits() ? "fits" : "does not fit", release,
                                file.is_signed ? ", signed" : ", not signed", vermagic_words(file),
                                file.symbols ? symbol_words(*file.symbols) : ""));
}

std::string bound_devices(const ImageDriver& driver) {
    std::string text;
    for (const std::string& modalias : driver.binds) {
        text += fmt::format("{}{}", text.empty() ? "" : " ", short_name(modalias));
    }
    return or_dash(text);
}

std::string driver_table(const JudgedKernel& judged) {
    std::vector<std::vector<std::string>> rows = {
        {"DRIVER", "VERSION", "VERDICT", "MODE", "BINDS"}};
    for (std::size_t i = 0; i < judged.verdicts.size(); i++) {
        const Verdict& verdict = judged.verdicts[i];
        rows.push_back({verdict.driver, or_dash(verdict.driver_version),
                        std::string(word(verdict.kind)),
                        verdict.mode ? std::string(mode_name(*verdict.mode)) : "-",
                        bound_devices(judged.kernel.drivers[i])});
    }
    return layout_table(rows);
}

std::string netconsole_line(const KernelFacts& kernel) {
    if (!kernel.netconsole || kernel.netconsole->value != BuildKind::absent) {
        return "";
    }
    return layout_paragraph(
        "netcons ", fmt::format("the kernel has no netconsole ({})", kernel.netconsole->source));
}

std::string kernel_block(const JudgedKernel& judged, bool explain) {
    const ImageKernel& kernel = judged.kernel;
    std::string text = kernel_line(kernel.facts) +
                       paragraphs("        not of use: ", kernel.facts.telling_nothing) +
                       loading_line(kernel.facts) + netconsole_line(kernel.facts) +
                       image_shim_line(kernel.shim, kernel.facts.release) +
                       paragraphs("contradiction: ", kernel.facts.contradictions) +
                       paragraphs("note: ", kernel.notes) + "\n";
    text += judged.verdicts.empty()
                ? "no network driver binds to any of the devices: nothing to judge\n"
                : driver_table(judged);
    std::vector<std::string> unbound;
    unbound.reserve(kernel.unbound.size());
    for (const std::string& modalias : kernel.unbound) {
        unbound.push_back(short_name(modalias));
    }
    if (!unbound.empty()) {
        text += layout_paragraph("no driver for: ", fmt::format("{}", fmt::join(unbound, " ")));
    }
    for (const Verdict& verdict : judged.verdicts) {
        text += "\n" + explanation(verdict.driver, verdict, explain);
    }
    return text;
}

}  // namespace

std::string render_text(const CheckImageReport& report) {
    std::string text = layout_paragraph(
        "image   ",
        fmt::format("{}{}", report.root,
                    report.distribution ? fmt::format(", {} ({})", report.distribution->value,
                                                      report.distribution->source)
                                        : ""));
    text += paragraphs("no kernel: ", report.leftover);
    text += database_lines(report.database_warnings);
    for (const JudgedKernel& judged : report.kernels) {
        text += "\n" + kernel_block(judged, report.explain);
    }
    return text;
}

}  // namespace netpoll_shim
