// SPDX-License-Identifier: GPL-2.0-or-later
//
// Run by the build: a drivers-db/ that does not decode must not be shipped.
#include <fmt/core.h>

#include "database/decode.hpp"
#include "database/embedded.hpp"

int main() {
    const auto database = netpoll_shim::decode_database(netpoll_shim::embedded_database_files());
    if (!database) {
        fmt::print(stderr, "{}\n", database.error().message);
        return 1;
    }
    return 0;
}
