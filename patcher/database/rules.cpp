// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/rules.hpp"

#include <algorithm>

namespace netpoll_shim {

bool overlap(const VersionRange& left, const VersionRange& right) {
    return (!left.before || right.from < *left.before) &&
           (!right.before || left.from < *right.before);
}

bool compete(const DriverRange& left, const DriverRange& right) {
    return left.origin == right.origin && left.family == right.family &&
           overlap(left.versions, right.versions);
}

bool share_srcversion(const DriverRange& left, const DriverRange& right) {
    return std::find_first_of(left.srcversions.begin(), left.srcversions.end(),
                              right.srcversions.begin(),
                              right.srcversions.end()) != left.srcversions.end();
}

bool builtin_mode_suits(std::optional<Mode> mode, const DriverRange& range) {
    const bool is_a = range.driver_class == DriverClass::a;
    const bool is_c = range.driver_class == DriverClass::c;
    const bool has_row = range.origin == Origin::out_of_tree && (is_a || is_c);
    if (has_row || !mode || *mode == Mode::attach) {
        return true;
    }
    if (*mode == Mode::drain) {
        return is_a || (range.hook == true && !is_c);
    }
    return is_a || is_c;
}

}  // namespace netpoll_shim
