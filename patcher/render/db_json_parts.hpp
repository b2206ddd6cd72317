// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// For the db_*json.cpp alone: what they share.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/db_diff.hpp"

namespace netpoll_shim {

using Json = nlohmann::ordered_json;

// The object with "schema": 1 on top and the exit code at its end, as text.
std::string db_document(const Json& json, ExitCode exit_code);

Json changes_json(const std::vector<DbChange>& changes);

}  // namespace netpoll_shim
