// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "commands/context.hpp"
#include "util/streams.hpp"

namespace netpoll_shim {

// What a run of the command writes and exits with.
struct Output {
    std::string out;
    std::string err;
    int exit_code = 0;
};

// What a failed run writes and exits with.
Output error_output(const Error& error, bool json);

// Runs the command on its arguments (without the program's name). The context is made once these
// are understood, so that --help works on any host. What is too large for Output is read from and
// written to the streams while the command runs.
Output run_cli(const std::vector<std::string>& arguments, const ContextMaker& make_context,
               const Streams& streams = {});

}  // namespace netpoll_shim
