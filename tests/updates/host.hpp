// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "process.hpp"
#include "support/update_folder.hpp"

namespace updates {

// The command under test.
std::string command();

// A root whose database the command updates; its keys.d has the test's key.
class Host {
  public:
    Host();

    // netpoll-shim db ... --root ROOT
    Arguments db(const Arguments& arguments) const;
    Ended update() const { return run(db({"update", "--from", world.path("mirror")})); }

    // The serial in force, looked at without the command; 1: none but the command's own. A database
    // that is there and not whole is 0.
    std::uint64_t serial() const;

    netpoll_shim::test::UpdateFolder world;
};

}  // namespace updates
