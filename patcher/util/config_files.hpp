// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "util/root.hpp"

namespace netpoll_shim {

// The paths of what a folder of a root has with one of these suffixes, by name; whether it can be
// read is not looked at. A folder that is not there has none, one that cannot be read is a warning.
std::vector<std::string> config_files(const Root& root, const std::string& folder,
                                      std::initializer_list<std::string_view> suffixes,
                                      std::vector<std::string>& warnings);

}  // namespace netpoll_shim
