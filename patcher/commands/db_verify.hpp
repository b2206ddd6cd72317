// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/document.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

struct DbVerifyOptions {
    std::string document;
    std::optional<std::string> signature;  // nothing: DOCUMENT.minisig
    std::vector<std::string> keys;         // files of public keys; none: those that are trusted
};

struct DbVerifyReport {
    std::string document;
    DocumentHead head;
    std::string key;     // where the key is from
    std::string key_id;  // as minisign prints it
    std::vector<std::string> warnings;
    ExitCode exit_code = ExitCode::done;
};

// Does all that an update does before it takes a document, but for the comparison with the one that
// is there. `root` is the host, for its own keys. Fails with database_invalid.
Result<DbVerifyReport> db_verify(const DbVerifyOptions& options, const Root& root);

}  // namespace netpoll_shim
