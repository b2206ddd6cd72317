// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <iterator>

#include "render/fleet.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>netpoll-shim: inventory</title>
<style>
:root { color-scheme: light dark; --text: #1c1f23; --back: #ffffff; --soft: #5b6470;
        --line: #d5dae0; --card: #f4f6f8; --bad: #b3161f; --warn: #8a5a00; --good: #1d6b35; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --back: #15181c; --soft: #9aa4b0; --line: #343b44; --card: #1e2329;
          --bad: #ff8a8f; --warn: #f0c060; --good: #7fd49a; }
}
body { margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: var(--text);
       background: var(--back); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; list-style: none; }
.cards li { background: var(--card); border: 1px solid var(--line); border-radius: .4rem;
            padding: .6rem 1rem; }
.cards b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .45rem .6rem; text-align: left;
         vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td p { margin: 0 0 .3rem; } .soft { color: var(--soft); }
.bad { color: var(--bad); } .warn { color: var(--warn); } .good { color: var(--good); }
.verdict { font-weight: 600; white-space: nowrap; }
summary { cursor: pointer; }
</style>
</head>
<body>
)";

std::string escape(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                // HTML has no way to write a control character.
                escaped += static_cast<unsigned char>(c) < ' ' || c == 0x7F ? '?' : c;
        }
    }
    return escaped;
}

std::string_view css_class(Urgency urgency) {
    switch (urgency) {
        case Urgency::can_hang:
        case Urgency::refused:
            return "bad";
        case Urgency::needs_guard:
        case Urgency::needs_drain:
        case Urgency::needs_attach:
        case Urgency::unknown:
            return "warn";
        case Urgency::served:
        case Urgency::native:
            break;
    }
    return "good";
}

template <typename... Arguments>
void add(std::string& html, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(html), format, std::forward<Arguments>(arguments)...);
}

void add_numbers(const Fleet& fleet, std::string& html) {
    add(html, "<ul class=\"cards\">\n<li><b>{}</b> hosts</li>\n", fleet.hosts());
    add(html, "<li><b class=\"bad\">{}</b> can hang as they are</li>\n",
        fleet.hosts_of(Urgency::can_hang));
    add(html, "<li><b class=\"warn\">{}</b> need action</li>\n", fleet.hosts_that_need_action());
    add(html, "<li><b>{}</b> not known</li>\n", fleet.hosts_of(Urgency::unknown));
    add(html, "<li><b>{}</b> bad lines</li>\n</ul>\n", fleet.bad_lines());

    html +=
        "<h2>Verdicts</h2>\n<div class=\"wide\"><table>\n"
        "<tr><th>Verdict</th><th>Hosts</th><th>What it means</th></tr>\n";
    for (const auto& [verdict, hosts] : fleet.verdicts()) {
        add(html,
            "<tr><td class=\"verdict {}\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>\n",
            css_class(verdict.urgency), verdict_words(verdict.kind, verdict.mode), hosts,
            urgency_words(verdict.urgency));
    }
    html += "</table></div>\n";
}

void add_paragraphs(const std::vector<std::string>& texts, std::string_view css,
                    std::string& html) {
    for (const std::string& text : texts) {
        add(html, "<p class=\"{}\">{}</p>", css, escape(text));
    }
}

void add_hosts(const GroupTally& tally, std::string& html) {
    html += "<details><summary>which</summary>";
    for (std::size_t i = 0; i < tally.first_hosts.size(); i++) {
        add(html, "{}{}", i > 0 ? ", " : "", escape(tally.first_hosts[i]));
    }
    if (tally.hosts > tally.first_hosts.size()) {
        add(html, ", and {} more", tally.hosts - tally.first_hosts.size());
    }
    html += "</details>";
}

void add_group(const GroupTally& tally, std::string& html) {
    const FleetGroup& group = *tally.group;
    add(html, "<tr><td>{}</td><td>{} {}</td><td class=\"verdict {}\">{}</td><td>",
        escape(group.kernel_release), escape(group.driver), escape(group.driver_version),
        css_class(group.urgency), verdict_words(group.kind, group.mode));
    add(html, "<p>{}</p>", urgency_words(group.urgency));
    html += "</td><td>";
    add_paragraphs(group.remedies, "remedy", html);
    add_paragraphs(group.alternatives, "soft", html);
    add(html, "</td><td class=\"number\">{}</td><td>", tally.hosts);
    add_hosts(tally, html);
    html += "</td></tr>\n";
}

void add_groups(const Fleet& fleet, std::string& html) {
    html +=
        "<h2>What to do first</h2>\n"
        "<p class=\"soft\">Hosts that can hang come before hosts whose last messages are lost. "
        "In grey: what could be done instead.</p>\n"
        "<div class=\"wide\"><table>\n<tr><th>Kernel</th><th>Driver</th><th>Verdict</th>"
        "<th>Why</th><th>What to do</th><th>Hosts</th><th>Names</th></tr>\n";
    for (const GroupTally* tally : fleet.groups()) {
        add_group(*tally, html);
    }
    for (const auto& [verdict, hosts] : fleet.others()) {
        add(html,
            "<tr><td>others</td><td>others</td><td class=\"verdict {}\">{}</td><td>{}</td>"
            "<td></td><td class=\"number\">{}</td><td></td></tr>\n",
            css_class(verdict.urgency), verdict_words(verdict.kind, verdict.mode),
            urgency_words(verdict.urgency), hosts);
    }
    html += "</table></div>\n";
}

void add_bad_lines(const Fleet& fleet, std::string& html) {
    if (fleet.bad_lines() == 0) {
        return;
    }
    html += "<h2>Lines that could not be read</h2>\n<ul>\n";
    for (const BadLine& bad : fleet.first_bad_lines()) {
        add(html, "<li>line {}: {}</li>\n", bad.line, escape(bad.message));
    }
    if (fleet.bad_lines() > fleet.first_bad_lines().size()) {
        add(html, "<li>and {} more</li>\n", fleet.bad_lines() - fleet.first_bad_lines().size());
    }
    html += "</ul>\n";
}

}  // namespace

std::string render_html(const Fleet& fleet) {
    std::string html(head);
    html += "<h1>netpoll-shim: verdicts for an inventory</h1>\n";
    add_numbers(fleet, html);
    add_groups(fleet, html);
    add_bad_lines(fleet, html);
    html += "</body>\n</html>\n";
    return html;
}

}  // namespace netpoll_shim
