// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/db_available.hpp"
#include "commands/db_rollback.hpp"
#include "commands/db_update.hpp"

namespace netpoll_shim {

// Reports on updates, as text and as one JSON document each.
std::string render_text(const DbUpdateReport& report);
std::string render_text(const DbRollbackReport& report);
std::string render_text(const DbAvailableReport& report);
std::string render_json(const DbUpdateReport& report);
std::string render_json(const DbRollbackReport& report);
std::string render_json(const DbAvailableReport& report);

// For a journal: a line for each warning, and for each device of which the verdict is another now.
std::string render_log(const DbUpdateReport& report);

}  // namespace netpoll_shim
