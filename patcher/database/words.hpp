// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "database/database.hpp"

namespace netpoll_shim {

// The words that drivers-db/ writes for these values.

constexpr std::string_view word(Origin origin) {
    switch (origin) {
        case Origin::in_tree:
            return "in-tree";
        case Origin::distribution:
            return "distribution";
        case Origin::out_of_tree:
            break;
    }
    return "out-of-tree";
}

constexpr std::string_view word(DriverClass driver_class) {
    switch (driver_class) {
        case DriverClass::a:
            return "A";
        case DriverClass::b:
            return "B";
        case DriverClass::c:
            return "C";
        case DriverClass::unknown:
            break;
    }
    return "unknown";
}

constexpr std::string_view builtin_mode_word(std::optional<Mode> builtin_mode) {
    return builtin_mode ? mode_name(*builtin_mode) : "none";
}

constexpr std::string_view flag_word(std::optional<bool> flag) {
    return !flag ? "unknown" : *flag ? "true" : "false";
}

}  // namespace netpoll_shim
