// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/bake.hpp"

namespace netpoll_shim {

std::string render_text(const BakeReport& report);
std::string render_json(const BakeReport& report);

}  // namespace netpoll_shim
