// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace netpoll_shim {

// What the module's hook does for a driver.
enum class Mode {
    attach,  // netpoll attaches, nothing is reclaimed
    drain,   // every NAPI is polled at budget 0
    guard,   // every NAPI is polled at budget 1, and what it receives is put aside
};

// The word for a mode in the module's policy and in sysfs (shim/policy.c).
constexpr std::string_view mode_name(Mode mode) {
    switch (mode) {
        case Mode::drain:
            return "drain";
        case Mode::guard:
            return "guard";
        case Mode::attach:
            break;
    }
    return "attach";
}

// Whether the mode needs the device's NAPI contexts. They may exist only while the device is up
// (ENA): the module waits for that.
constexpr bool polls_napi(Mode mode) {
    return mode != Mode::attach;
}

}  // namespace netpoll_shim
