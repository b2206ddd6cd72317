// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "util/result.hpp"

namespace netpoll_shim {

struct DbSignOptions {
    std::string document;
    std::vector<std::string> keys;      // files of secret keys: a signature for each
    std::optional<std::string> output;  // nothing: DOCUMENT.minisig
};

struct DbSignReport {
    std::string output;
    std::string trusted_comment;
    std::vector<std::string> key_ids;
    ExitCode exit_code = ExitCode::done;
};

// Asks for a password; util/password.hpp has the one for people.
using PasswordReader = std::function<Result<std::string>(const std::string& question)>;

// Signs a document in minisign's format. Fails with database_invalid on what is no document and no
// key.
Result<DbSignReport> db_sign(const DbSignOptions& options, const PasswordReader& read_password);

}  // namespace netpoll_shim
