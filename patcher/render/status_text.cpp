// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "render/layout.hpp"
#include "render/text.hpp"
#include "render/text_parts.hpp"

namespace netpoll_shim {

namespace {

std::string served_table(const std::vector<DeviceFacts>& devices) {
    std::vector<std::vector<std::string>> rows = {{"INTERFACE", "DRIVER", "MODE", "READY"}};
    for (const DeviceFacts& device : devices) {
        const auto& served = device.served;
        if (!served) {
            continue;
        }
        // Every served device has the same counters.
        const bool is_first = rows.size() == 1;
        std::vector<std::string> row = {device.name, device.driver ? device.driver->value : "-",
                                        served->mode.value,
                                        !served->ready   ? "-"
                                        : *served->ready ? "yes"
                                                         : "no"};
        for (const ShimCounter& counter : served->counters) {
            if (is_first) {
                rows.front().push_back(counter.name);
            }
            row.push_back(std::to_string(counter.value));
        }
        rows.push_back(std::move(row));
    }
    return rows.size() > 1 ? layout_table(rows) : "no device is served\n";
}

std::string need(const NotLoaded& report) {
    if (!report.why_not_needed.empty()) {
        return "nothing to do: " + report.why_not_needed;
    }
    if (report.needed_by.empty()) {
        return "whether anything needs it is not known";
    }
    const std::string text =
        fmt::format("needed by {} (policy {})", fmt::join(report.needed_by, ", "), report.policy);
    return report.obstacles.empty() ? text + ", and nothing that shows here stops it" : text;
}

// Not broken into lines: `load` says the same in the same words, and both are searched for them.
std::string render_text(const NotLoaded& report) {
    std::string text = fmt::format("not loaded: {}\n", need(report));
    for (const Error& obstacle : report.obstacles) {
        text += fmt::format("stopped by: {}\n", obstacle.message);
        text += obstacle.hint.empty() ? "" : fmt::format("        do: {}\n", obstacle.hint);
    }
    text += report.hint.empty() ? "" : fmt::format("        do: {}\n", report.hint);
    return text + needs_root_line(report.survey.needs_root);
}

}  // namespace

std::string render_text(const StatusReport& report) {
    if (report.not_loaded) {
        return render_text(*report.not_loaded) + database_lines(report.database_warnings);
    }
    return (report.loaded ? loaded_words(*report.loaded) : "not loaded") + "\n\n" +
           served_table(report.devices) + database_lines(report.database_warnings);
}

}  // namespace netpoll_shim
