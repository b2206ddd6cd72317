// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace netpoll_shim {

// What the module's hook does for a driver.
enum class Mode {
    attach,  // netpoll attaches, nothing is reclaimed
    drain,   // every NAPI is polled at budget 0
};

// The word for a mode in the module's policy and in sysfs (shim/policy.c).
constexpr std::string_view mode_name(Mode mode) {
    return mode == Mode::drain ? "drain" : "attach";
}

}  // namespace netpoll_shim
