// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/db_diff.hpp"
#include "commands/db_lint.hpp"
#include "commands/db_list.hpp"
#include "commands/db_show.hpp"

namespace netpoll_shim {

// Reports on the database as text. Control characters, which a file from anywhere may bring along,
// become question marks.
std::string render_text(const DbLintReport& report);
std::string render_text(const DbListReport& report);
std::string render_text(const DbShowReport& report);
std::string render_text(const DbDiffReport& report);

}  // namespace netpoll_shim
