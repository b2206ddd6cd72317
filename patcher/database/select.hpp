// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "database/decode.hpp"

namespace netpoll_shim {

// The files without those of other drivers: decoding hundreds of them costs more than all that is
// asked of one host.
std::vector<DatabaseFile> select_files(std::vector<DatabaseFile> files,
                                       const std::set<std::string>& drivers);

}  // namespace netpoll_shim
