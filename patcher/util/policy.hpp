// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "util/mode.hpp"

namespace netpoll_shim {

// The module's policy= parameter: driver=mode[,driver=mode...] (shim/policy.c).
using Policy = std::map<std::string, Mode>;

// What the parameter reads as where none was given: the table built into the module.
constexpr std::string_view builtin_policy = "builtin";

// The policy as text, sorted by driver: equal policies give equal texts.
std::string format_policy(const Policy& policy);

// Whether a policy text has this entry.
bool policy_has(std::string_view text, std::string_view driver, Mode mode);

// Whether a policy can name this driver: the text goes through the kernel's parameter parser, in
// which a space would start another parameter.
bool policy_can_name(std::string_view driver);

}  // namespace netpoll_shim
