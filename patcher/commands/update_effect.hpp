// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "commands/db_diff.hpp"
#include "commands/update_world.hpp"
#include "evaluate/verdict.hpp"

namespace netpoll_shim {

// What another database concludes for a device of this host.
struct VerdictChange {
    Verdict before;
    Verdict after;
};

// What a document changes where it comes into force.
struct UpdateEffect {
    std::uint64_t serial_before = 0;     // that is in force now
    std::size_t changes = 0;             // in all of the database
    std::vector<DbChange> host_changes;  // of this host's drivers and kernel
    std::vector<VerdictChange> verdicts;
    std::vector<std::string> warnings;
};

// Compares the document with what is in force, under the host's own files. What cannot be told is a
// warning: it does not stop an update.
UpdateEffect update_effect(Document& document, const UpdateWorld& world);

}  // namespace netpoll_shim
