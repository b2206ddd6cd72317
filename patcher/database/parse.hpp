// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <tl/expected.hpp>

#include "database/decode.hpp"
#include "database/toml.hpp"

namespace netpoll_shim {

struct ParseProblem {
    unsigned line = 0;  // from 1; 0: JSON, which has none
    unsigned column = 0;
    std::string message;
    std::string hint;
};

// The table that a database file is, whatever its notation. What is nested deeper than a database
// is refused.
tl::expected<toml::table, ParseProblem> parse_table(const DatabaseFile& file);

}  // namespace netpoll_shim
