// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/db_build.hpp"
#include "commands/db_diff.hpp"
#include "commands/db_lint.hpp"
#include "commands/db_list.hpp"
#include "commands/db_show.hpp"
#include "commands/db_sign.hpp"
#include "commands/db_verify.hpp"

namespace netpoll_shim {

// Reports on the database as text. Control characters, which a file from anywhere may bring along,
// become question marks.
std::string render_text(const DbLintReport& report);
std::string render_text(const DbListReport& report);
std::string render_text(const DbShowReport& report);
std::string render_text(const DbDiffReport& report);
std::string render_text(const DbBuildReport& report);
std::string render_text(const DbSignReport& report);
std::string render_text(const DbVerifyReport& report);

}  // namespace netpoll_shim
