// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports.hpp"

#include <algorithm>
#include <string_view>

namespace torture {
namespace {

// What every report of KASAN, lockdep, RCU, debugobjects, the lockup and hung
// task detectors, kmemleak, WARN() and BUG() holds at least one of.
constexpr std::string_view marks[] = {
    "WARNING:",     "BUG:",          "kernel BUG", "INFO: ",
    "Oops",         "=====",         "NOHZ",       "general protection",
    "Call Trace",   "ODEBUG",        "lockup",     "leak detector disabled",
    "Kernel panic", "new suspected",
};

bool is_report(std::string_view line) {
    return std::any_of(std::begin(marks), std::end(marks), [&](std::string_view mark) {
        return line.find(mark) != std::string_view::npos;
    });
}

// What the machine says all the time.
bool is_noise(std::string_view line) {
    return line.find("] torture: ") != std::string_view::npos ||
           line.find("] burst") != std::string_view::npos;
}

constexpr int lines_shown = 70;

}  // namespace

std::string Reports::next(const std::string& log) {
    std::string report;
    int lines = 0;
    while (true) {
        const std::size_t end = log.find('\n', seen_);
        if (end == std::string::npos)  // the rest of the line is still to come
            return report;
        const std::string_view line(log.data() + seen_, end - seen_);
        if (!is_noise(line) && (lines > 0 || is_report(line))) {
            if (lines++ == lines_shown)
                return report;
            report += std::string(line) + "\n";
        }
        seen_ = end + 1;
    }
}

}  // namespace torture
