// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evaluate/verdict.hpp"

namespace netpoll_shim {

// A host's line of JSON is written in two parts: what is its own, and what it has in common with
// all hosts of the same facts, which is rendered but once.

// From the verdict to the end of the line.
std::string render_inventory_tail(std::string_view kernel_release, const Verdict& verdict);

// Appends the line. Texts must be UTF-8.
void append_inventory_line(std::string& lines, const std::optional<std::string_view>& host,
                           std::string_view interface, std::string_view tail);

// Appends the line that stands for one that could not be read.
void append_inventory_error(std::string& lines, std::uint64_t line, const std::string& message);

}  // namespace netpoll_shim
