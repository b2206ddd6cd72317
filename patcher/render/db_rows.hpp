// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "commands/db_list.hpp"
#include "database/database.hpp"

namespace netpoll_shim {

// Tables of the database for text and Markdown alike: the first row is the heading, an empty cell
// says nothing.
using TableRows = std::vector<std::vector<std::string>>;

TableRows driver_rows(const Database& database);
TableRows kernel_rows(const Database& database);
TableRows comparer_rows(const Database& database);

// The first column numbers the ranges.
TableRows range_rows(const Driver& driver);
TableRows range_rows(const KernelFamily& family);

// "2.0.2 up to 2.2.0", "from 2.2.0".
std::string versions_text(const VersionRange& versions);

// "out-of-tree 2.0.2 up to 2.2.0".
std::string range_title(const DriverRange& range);

}  // namespace netpoll_shim
