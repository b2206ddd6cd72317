// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/check.hpp"
#include "commands/check_image.hpp"
#include "commands/load.hpp"
#include "commands/status.hpp"
#include "commands/unload.hpp"

namespace netpoll_shim {

// Reports as one JSON document each, with "schema": 1 on top; a fact that is absent is null.
std::string render_json(const CheckReport& report);
std::string render_json(const CheckImageReport& report);
std::string render_json(const LoadReport& report);
std::string render_json(const UnloadReport& report);
std::string render_json(const StatusReport& report);
std::string render_json(const Error& error);

}  // namespace netpoll_shim
