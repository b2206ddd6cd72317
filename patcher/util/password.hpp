// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "util/result.hpp"

namespace netpoll_shim {

// A line from the terminal, which does not show it, after the question; where the standard input is
// no terminal, its first line, without a question.
Result<std::string> read_password(const std::string& question);

}  // namespace netpoll_shim
