// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace netpoll_shim {

// At most three of the names, those that take the fewest changes of a character to become `wanted`
// first; equally far ones by the alphabet.
std::vector<std::string> nearest_names(std::string_view wanted, std::vector<std::string> names);

}  // namespace netpoll_shim
