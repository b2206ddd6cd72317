// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// The command bake for cli.cpp, and for nobody else.

#include "bake/options.hpp"
#include "cli.hpp"
#include "commands/context.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace netpoll_shim {

// The options of `netpoll-shim bake`, and what was parsed. Must stay where it is: the parser writes
// into it.
class BakeCommand {
  public:
    // Declares the command; `json` is the option that all commands share.
    BakeCommand(CLI::App& app, bool& json);
    BakeCommand(const BakeCommand&) = delete;
    BakeCommand& operator=(const BakeCommand&) = delete;
    BakeCommand(BakeCommand&&) = delete;
    BakeCommand& operator=(BakeCommand&&) = delete;
    ~BakeCommand() = default;

    // Whether it was asked for.
    bool parsed() const;

    Output run(const Context& context) const;

  private:
    void declare_module_options();
    void declare_other_options();

    CLI::App* bake_ = nullptr;
    const bool& json_;
    BakeOptions options_;
};

}  // namespace netpoll_shim
