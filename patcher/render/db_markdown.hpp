// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/db_list.hpp"

namespace netpoll_shim {

// The whole database as the page docs/database.md.
std::string render_markdown(const DbListReport& report);

}  // namespace netpoll_shim
