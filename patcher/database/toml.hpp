// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// toml++, as all of the command must see it. It is large: the fewer include this, the better.

#define TOML_EXCEPTIONS 0
// Some of its assertions fail on bad input ("[." for one), which it then refuses in good order.
// With NDEBUG it would have clang take them for granted.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>
