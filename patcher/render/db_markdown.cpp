// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/db_markdown.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "database/words.hpp"
#include "render/db_rows.hpp"

namespace netpoll_shim {

namespace {

constexpr auto introduction = R"(# The database

<!-- Generated from drivers-db/ by "make docs": change the data there. -->

What `drivers-db/` says, by kernel and by driver. [Its README](../drivers-db/README.md)
tells what the words mean. `netpoll-shim db show DRIVER` shows the same of one driver,
and which range is the one for a build.

Classes: **A** reclaims TX in NAPI and takes no RX at budget 0; **B** reclaims no TX at
budget 0; **C** does RX work at budget 0.
)";

// Text of the database is no markup.
std::string escape(std::string_view text) {
    std::string escaped;
    for (const char character : text) {
        if (character == '\n') {
            escaped += ' ';
            continue;
        }
        if (std::string_view(R"(\`*_[]<>|#~&)").find(character) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += character;
    }
    return escaped;
}

std::string heading_case(const std::string& heading) {
    std::string text = heading;
    for (char& character : text) {
        character = character >= 'A' && character <= 'Z' ? static_cast<char>(character + 'a' - 'A')
                                                         : character;
    }
    return text;
}

// The first row is the heading; cells are Markdown already.
std::string markdown_table(const TableRows& rows) {
    std::string text;
    for (const auto& row : rows) {
        text += "|";
        for (const std::string& cell : row) {
            text += fmt::format(" {} |", cell);
        }
        text += "\n";
        if (&row == &rows.front()) {
            for (std::size_t column = 0; column < row.size(); column++) {
                text += column == 0 ? "| --- |" : " --- |";
            }
            text += "\n";
        }
    }
    return text;
}

TableRows escaped(TableRows rows) {
    for (auto& row : rows) {
        for (std::string& cell : row) {
            cell = &row == &rows.front() ? heading_case(cell) : escape(cell);
        }
    }
    return rows;
}

// The anchor that a forge gives to a heading: lower case, hyphens for spaces, no punctuation.
std::string link(const std::string& name) {
    std::string anchor;
    for (const char character : heading_case(name)) {
        const bool is_letter = character >= 'a' && character <= 'z';
        const bool is_digit = character >= '0' && character <= '9';
        if (is_letter || is_digit || character == '-' || character == '_') {
            anchor += character;
        } else if (character == ' ') {
            anchor += '-';
        }
    }
    return fmt::format("[{}](#{})", escape(name), anchor);
}

// The first column names sections of this page.
TableRows linked(TableRows rows) {
    TableRows cells = escaped(rows);
    for (std::size_t row = 1; row < rows.size(); row++) {
        cells[row][0] = link(rows[row][0]);
    }
    return cells;
}

std::string evidence(const std::vector<std::string>& sources) {
    std::string text;
    for (const std::string& source : sources) {
        text += fmt::format("   - {}\n", escape(source));
    }
    return text;
}

std::string section(const KernelFamily& family) {
    std::string text = fmt::format("\n### {}\n\nReleases that match `{}`", escape(family.name),
                                   family.pattern_text);
    if (!family.distributions.empty()) {
        text += fmt::format(", of {}",
                            escape(fmt::format("{}", fmt::join(family.distributions, ", "))));
    }
    text += fmt::format("{}.\n\n{}\n", family.upstream ? ", where no other family matches" : "",
                        markdown_table(escaped(range_rows(family))));
    int number = 1;
    for (const KernelRange& range : family.ranges) {
        text += fmt::format("{}. {}\n{}", number++, escape(versions_text(range.versions)),
                            evidence(range.evidence));
    }
    return text;
}

std::string section(const Driver& driver) {
    std::string text = fmt::format(
        "\n### {}\n\n{}Without policy=: {}.\n\n{}\n", escape(driver.name),
        driver.module.empty() ? "" : fmt::format("Its module is {}. ", escape(driver.module)),
        builtin_mode_word(driver.builtin_mode), markdown_table(escaped(range_rows(driver))));
    int number = 1;
    for (const DriverRange& range : driver.ranges) {
        text += fmt::format("{}. {}{}{}\n", number++, escape(range_title(range)),
                            range.note.empty() ? "" : ": ", escape(range.note));
        if (!range.srcversions.empty()) {
            text += fmt::format("   - srcversion {}\n", fmt::join(range.srcversions, " "));
        }
        text += evidence(range.evidence);
    }
    return text;
}

std::string comparers(const Database& database) {
    std::string text;
    for (const OpsComparer& comparer : database.ops_comparers) {
        text += fmt::format("- {}\n", escape(comparer.driver));
        for (const std::string& source : comparer.evidence) {
            text += fmt::format("  - {}\n", escape(source));
        }
    }
    return text;
}

// One line for an entry: what of it is not known, and in which ranges.
std::string unknown_line(const std::string& name, std::string_view what,
                         const std::vector<std::string>& ranges) {
    return ranges.empty() ? ""
                          : fmt::format("- {}, {}: {}\n", link(name), what,
                                        escape(fmt::format("{}", fmt::join(ranges, "; "))));
}

std::string unknowns(const KernelFamily& family) {
    std::vector<std::string> ranges;
    for (const KernelRange& range : family.ranges) {
        if (!range.demands_hook) {
            ranges.push_back(versions_text(range.versions));
        }
    }
    return unknown_line(family.name, "whether it demands the hook", ranges);
}

std::string unknowns(const Driver& driver) {
    std::vector<std::string> hooks;
    std::vector<std::string> classes;
    for (const DriverRange& range : driver.ranges) {
        if (!range.hook) {
            hooks.push_back(range_title(range));
        }
        if (range.driver_class == DriverClass::unknown) {
            classes.push_back(range_title(range));
        }
    }
    return unknown_line(driver.name, "the hook", hooks) +
           unknown_line(driver.name, "the class", classes);
}

std::string unknowns(const Database& database) {
    std::string text;
    for (const KernelFamily& family : database.kernels) {
        text += unknowns(family);
    }
    for (const Driver& driver : database.drivers) {
        text += unknowns(driver);
    }
    return text.empty() ? "Nothing.\n" : text;
}

}  // namespace

std::string render_markdown(const DbListReport& report) {
    const Database& database = report.database;
    std::string text = introduction;
    text += "\n## Kernel families\n\n" + markdown_table(linked(kernel_rows(database)));
    text += "\n## Drivers\n\n" + markdown_table(linked(driver_rows(database)));
    text += "\n## Not known\n\n" + unknowns(database);
    text += "\n## Kernels, range by range\n";
    for (const KernelFamily& family : database.kernels) {
        text += section(family);
    }
    text += "\n## Drivers, range by range\n";
    for (const Driver& driver : database.drivers) {
        text += section(driver);
    }
    text +=
        "\n## Drivers that compare their ops\n\nThey are never served.\n\n" + comparers(database);
    return text;
}

}  // namespace netpoll_shim
