// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// The db commands that make and check documents, for cli_db.cpp.

#include "cli.hpp"
#include "commands/db_build.hpp"
#include "commands/db_sign.hpp"
#include "commands/db_verify.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace netpoll_shim {

// As DbCommands.
class DbPublishCommands {
  public:
    DbPublishCommands(CLI::App& db, bool& json);
    DbPublishCommands(const DbPublishCommands&) = delete;
    DbPublishCommands& operator=(const DbPublishCommands&) = delete;
    DbPublishCommands(DbPublishCommands&&) = delete;
    DbPublishCommands& operator=(DbPublishCommands&&) = delete;
    ~DbPublishCommands() = default;

    bool parsed() const;
    Output run() const;

  private:
    CLI::App* declare_build();
    CLI::App* declare_sign();
    CLI::App* declare_verify();

    CLI::App& db_;
    const bool& json_;
    CLI::App* build_ = nullptr;
    CLI::App* sign_ = nullptr;
    CLI::App* verify_ = nullptr;
    DbBuildOptions build_options_;
    DbSignOptions sign_options_;
    DbVerifyOptions verify_options_;
};

}  // namespace netpoll_shim
