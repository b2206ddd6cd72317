// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database/decode.hpp"
#include "database/document.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct DbBuildOptions {
    std::optional<std::string> from;  // a folder like drivers-db/; nothing: the embedded database
    std::optional<std::uint64_t> serial;  // nothing: what SERIAL says, in that folder
    std::string expires;
    std::optional<std::string> output;  // nothing: the document is the report
};

struct DbBuildReport {
    DocumentHead head;
    std::size_t files = 0;
    std::string document;
    std::optional<std::string> output;  // where it was written
    ExitCode exit_code = ExitCode::done;
};

// Makes the document of a whole database. Fails with database_invalid on its first problem, with
// usage on a serial or an expiry that is none.
Result<DbBuildReport> db_build(const DbBuildOptions& options,
                               const std::vector<DatabaseFile>& embedded);

}  // namespace netpoll_shim
