// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <regex>
#include <string>

#include "util/result.hpp"

namespace netpoll_shim {

// The pattern of a kernel family, with one group. Fails on what is no regular expression, and on
// all that could make a match take for ever: back references, counted repetition, look-ahead but
// one behind a leading ^, and more than 256 characters. What is left matches in polynomial time; of
// several ways to match at one place, the longest counts.
Result<std::regex> compile_pattern(const std::string& text);

}  // namespace netpoll_shim
