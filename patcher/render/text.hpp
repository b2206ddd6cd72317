// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/check.hpp"
#include "commands/check_image.hpp"
#include "commands/load.hpp"
#include "commands/status.hpp"
#include "commands/unload.hpp"

namespace netpoll_shim {

// Reports as text for people, without colour. Not a stable interface: JSON is.
std::string render_text(const CheckReport& report);
std::string render_text(const CheckImageReport& report);
std::string render_text(const LoadReport& report);
std::string render_text(const UnloadReport& report);
std::string render_text(const StatusReport& report);

// The error line, and the hint line if there is a hint.
std::string render_text(const Error& error);

}  // namespace netpoll_shim
