// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// The db commands for cli.cpp, and for nobody else.

#include <optional>
#include <string>

#include "cli.hpp"
#include "cli_db_publish.hpp"
#include "cli_db_update.hpp"
#include "commands/db_diff.hpp"
#include "commands/db_lint.hpp"
#include "commands/db_list.hpp"
#include "commands/db_show.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace netpoll_shim {

// The options of `netpoll-shim db ...`, and what was parsed. Must stay where it is: the parser
// writes into it.
class DbCommands {
  public:
    // Declares the commands; `json` is the option that all commands share.
    DbCommands(CLI::App& app, bool& json);
    DbCommands(const DbCommands&) = delete;
    DbCommands& operator=(const DbCommands&) = delete;
    DbCommands(DbCommands&&) = delete;
    DbCommands& operator=(DbCommands&&) = delete;
    ~DbCommands() = default;

    // Whether one of them was asked for.
    bool parsed() const;

    Output run() const;

  private:
    CLI::App* declare_lint();
    CLI::App* declare_list();
    CLI::App* declare_show();
    CLI::App* declare_diff();

    Output list(const UpdateWorld& world) const;

    CLI::App* db_ = nullptr;
    CLI::App* lint_ = nullptr;
    CLI::App* list_ = nullptr;
    CLI::App* show_ = nullptr;
    CLI::App* diff_ = nullptr;
    const bool& json_;
    DbLintOptions lint_options_;
    DbListOptions list_options_;
    DbShowOptions show_options_;
    DbDiffOptions diff_options_;
    bool available_ = false;
    std::optional<DbPublishCommands> publish_;
    std::optional<DbUpdateCommands> update_;
    std::string format_ = "text";
};

}  // namespace netpoll_shim
