// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/update_world.hpp"

namespace netpoll_shim {

// What a source has.
struct AvailableSource {
    std::string source;
    std::optional<DocumentHead> head;  // nothing: what it has must not be taken, `problem` says why
    std::string key_id;
    std::string problem;
};

struct DbAvailableReport {
    std::vector<AvailableSource> sources;
    std::uint64_t serial = 0;  // in force
    std::vector<std::string> warnings;
    ExitCode exit_code = ExitCode::done;  // of the worst source
};

// What the sources have, verified; nothing is changed.
Result<DbAvailableReport> db_available(const std::optional<std::string>& from,
                                       const UpdateWorld& world);

}  // namespace netpoll_shim
