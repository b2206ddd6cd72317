// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.hpp"

namespace netpoll_shim {

// What a line of the module's dry run says of one device (docs/module.md, "The dry run's lines").
struct DryRunLine {
    std::string interface;
    std::string driver;       // "-": none
    std::string bus_address;  // "-": none
    LiveOps ops;
};

// Takes a line of the kernel log apart; nothing where it is no line of the dry run, or broken off.
std::optional<DryRunLine> parse_dry_run_line(std::string_view line);

// What the lines say of a device. Lines of other network namespaces are among them, with the same
// interface names: bus address and driver must be the device's too. Nothing where no line is the
// device's, or those that may be contradict each other.
std::optional<LiveOps> find_live_ops(const std::vector<DryRunLine>& lines,
                                     const DeviceFacts& device);

}  // namespace netpoll_shim
