// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/prometheus.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "render/words.hpp"

namespace netpoll_shim {

std::string prometheus_label(std::string_view text) {
    const bool is_utf8 = simdjson::validate_utf8(text.data(), text.size());
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '\\':
                escaped += "\\\\";
                break;
            case '"':
                escaped += "\\\"";
                break;
            case '\n':
                escaped += "\\n";
                break;
            default:
                escaped += is_utf8 || static_cast<unsigned char>(c) < 0x80 ? c : '?';
        }
    }
    return escaped;
}

std::string prometheus_gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    return fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
}

std::string render_prometheus(const CheckReport& report) {
    std::string text =
        "# HELP netpoll_shim_device_verdict What is concluded for a network device: always 1.\n"
        "# TYPE netpoll_shim_device_verdict gauge\n";
    for (const Verdict& verdict : report.survey.verdicts) {
        text += fmt::format(
            "netpoll_shim_device_verdict{{interface=\"{}\",driver=\"{}\",driver_version=\"{}\","
            "verdict=\"{}\",mode=\"{}\",state=\"{}\"}} 1\n",
            prometheus_label(verdict.interface), prometheus_label(verdict.driver),
            prometheus_label(verdict.driver_version), word(verdict.kind),
            verdict.mode ? mode_name(*verdict.mode) : "", word(verdict.service));
    }
    const auto& verdicts = report.survey.verdicts;
    const auto can_hang = std::count_if(verdicts.begin(), verdicts.end(),
                                        [](const Verdict& verdict) { return verdict.can_hang; });
    return text +
           prometheus_gauge("netpoll_shim_devices_that_can_hang",
                            "Devices where netconsole attaches as it is and the machine can hang.",
                            static_cast<std::uint64_t>(can_hang)) +
           prometheus_gauge("netpoll_shim_loaded",
                            "Whether the kernel has the module netpoll_shim.",
                            report.survey.shim.loaded ? 1 : 0);
}

}  // namespace netpoll_shim
