// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/nagios.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "evaluate/evaluate.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

std::string plain(std::string_view text) {
    std::string result(text);
    std::replace_if(
        result.begin(), result.end(), [](char c) { return c == '|' || c == '\n'; }, ' ');
    return result;
}

std::string device_words(const Verdict& verdict) {
    std::string text = fmt::format("{}: {}", verdict.interface, word(verdict.kind));
    if (verdict.mode) {
        text += fmt::format(" {}, {}", mode_name(*verdict.mode), word(verdict.service));
    }
    return text + (verdict.can_hang ? ", can hang" : "");
}

std::string device_line(const Verdict& verdict) {
    std::string text = device_words(verdict);
    if (!verdict.driver.empty()) {
        text += fmt::format("; driver {} {}", verdict.driver, verdict.driver_version);
    }
    for (const std::string& remedy : verdict.remedies) {
        text += fmt::format("; do: {}", remedy);
    }
    return plain(text) + "\n";
}

template <typename Condition>
auto count(const std::vector<Verdict>& verdicts, Condition condition) {
    return std::count_if(verdicts.begin(), verdicts.end(), condition);
}

bool is_unknown(const Verdict& verdict) {
    return verdict.kind == VerdictKind::unknown;
}

// What the state is due to: the devices of the worst kind that there is.
std::string cause(const std::vector<Verdict>& verdicts) {
    std::string text;
    const auto add_those = [&](auto condition) {
        for (const Verdict& verdict : verdicts) {
            if (condition(verdict)) {
                text += fmt::format("{}{}", text.empty() ? "" : "; ", device_words(verdict));
            }
        }
        return !text.empty();
    };
    if (verdicts.empty()) {
        return "no network device with a bus driver";
    }
    if (add_those([](const Verdict& verdict) { return verdict.can_hang; }) ||
        add_those(needs_action) || add_those(is_unknown)) {
        return text;
    }
    return verdicts.size() == 1 ? device_words(verdicts.front())
                                : fmt::format("{} devices", verdicts.size());
}

}  // namespace

NagiosState nagios_state(const std::vector<Verdict>& verdicts) {
    if (count(verdicts, [](const Verdict& verdict) { return verdict.can_hang; }) > 0) {
        return NagiosState::critical;
    }
    switch (summarize(verdicts)) {
        case ExitCode::done:
            return NagiosState::ok;
        case ExitCode::action_needed:
            return NagiosState::warning;
        default:
            return NagiosState::unknown;
    }
}

std::string nagios_line(NagiosState state, std::string_view text, std::string_view figures) {
    constexpr std::array words = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    return fmt::format("NETPOLL-SHIM {} - {}{}{}\n", words.at(static_cast<std::size_t>(state)),
                       plain(text), figures.empty() ? "" : " | ", figures);
}

std::string render_nagios(const CheckReport& report) {
    const auto& verdicts = report.survey.verdicts;
    std::string text = nagios_line(
        nagios_state(verdicts), cause(verdicts),
        fmt::format("devices={};;;0 can_hang={};;0;0 need_action={};0;;0 unknown={};;;0",
                    verdicts.size(),
                    count(verdicts, [](const Verdict& verdict) { return verdict.can_hang; }),
                    count(verdicts, needs_action), count(verdicts, is_unknown)));
    for (const Verdict& verdict : verdicts) {
        text += device_line(verdict);
    }
    return text;
}

std::string render_nagios(const Error& error) {
    return nagios_line(NagiosState::unknown, error.message);
}

}  // namespace netpoll_shim
