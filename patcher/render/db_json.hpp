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

// Reports on the database as one JSON document each, with "schema": 1 on top; what is absent or
// unknown is null.
std::string render_json(const DbLintReport& report);
std::string render_json(const DbListReport& report);
std::string render_json(const DbShowReport& report);
std::string render_json(const DbDiffReport& report);
std::string render_json(const DbBuildReport& report);
std::string render_json(const DbSignReport& report);
std::string render_json(const DbVerifyReport& report);

}  // namespace netpoll_shim
