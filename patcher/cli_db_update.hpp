// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// The db commands that change which database is in force, for cli_db.cpp.

#include <optional>
#include <string>

#include "cli.hpp"
#include "commands/db_update.hpp"
#include "update/http.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace netpoll_shim {

// As DbCommands.
class DbUpdateCommands {
  public:
    DbUpdateCommands(CLI::App& db, bool& json);
    DbUpdateCommands(const DbUpdateCommands&) = delete;
    DbUpdateCommands& operator=(const DbUpdateCommands&) = delete;
    DbUpdateCommands(DbUpdateCommands&&) = delete;
    DbUpdateCommands& operator=(DbUpdateCommands&&) = delete;
    ~DbUpdateCommands() = default;

    bool parsed() const;
    Output run() const;

  private:
    CLI::App* declare_update();
    CLI::App* declare_rollback();

    CLI::App& db_;
    const bool& json_;
    CLI::App* update_ = nullptr;
    CLI::App* rollback_ = nullptr;
    DbUpdateOptions options_;
    std::optional<std::string> root_;
    HttpLimits limits_;
};

}  // namespace netpoll_shim
