// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/update_effect.hpp"
#include "commands/update_world.hpp"

namespace netpoll_shim {

struct DbUpdateOptions {
    std::optional<std::string> from;  // nothing: the configured sources
    bool dry_run = false;             // do all but the change
};

enum class UpdateOutcome { updated, would_update, already_newest };

struct DbUpdateReport {
    UpdateOutcome outcome = UpdateOutcome::already_newest;
    std::string origin;  // the source
    DocumentHead head;
    std::string key_id;                  // of its signature
    std::string key;                     // where that key is from
    std::optional<UpdateEffect> effect;  // nothing: there is nothing newer
    std::vector<std::string> warnings;
    ExitCode exit_code = ExitCode::done;
};

// Takes the newest document of the sources, if it is newer than all that was here. Nothing is
// changed before it was verified, decoded and compared; then it is put in force in one step. Fails
// with database_invalid on what must not be taken: what is in force stays so.
Result<DbUpdateReport> db_update(const DbUpdateOptions& options, const UpdateWorld& world);

}  // namespace netpoll_shim
