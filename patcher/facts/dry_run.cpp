// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/dry_run.hpp"

#include <charconv>
#include <regex>

namespace netpoll_shim {

namespace {

constexpr auto none = "-";

}  // namespace

std::optional<DryRunLine> parse_dry_run_line(std::string_view line) {
    // An interface's name holds no white space, and little else is forbidden; a driver's may.
    static const std::regex pattern(
        R"(netpoll_shim: dry run: (\S+): driver=(.*) version=.* bus=(.*) hook=(yes|no) )"
        R"(disable_netpoll=(yes|no) napi=(\d{1,9}) would=\w+ why=".*")");
    std::match_results<std::string_view::const_iterator> found;
    if (!std::regex_match(line.begin(), line.end(), found, pattern)) {
        return std::nullopt;
    }
    DryRunLine result{found[1], found[2], found[3], {}};
    result.ops.hook = found[4] == "yes";
    result.ops.disable_netpoll = found[5] == "yes";
    const std::string napi_count = found[6];
    std::from_chars(napi_count.data(), napi_count.data() + napi_count.size(),
                    result.ops.napi_count);
    result.ops.source = "dry run of netpoll_shim";
    return result;
}

std::optional<LiveOps> find_live_ops(const std::vector<DryRunLine>& lines,
                                     const DeviceFacts& device) {
    std::optional<LiveOps> ops;
    for (const DryRunLine& line : lines) {
        if (line.interface != device.name ||
            line.bus_address != device.bus_address.value_or(none) ||
            (device.driver && line.driver != device.driver->value)) {
            continue;
        }
        if (ops &&
            (ops->hook != line.ops.hook || ops->disable_netpoll != line.ops.disable_netpoll)) {
            return std::nullopt;
        }
        ops = line.ops;
    }
    return ops;
}

}  // namespace netpoll_shim
