// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>

#include "util/result.hpp"

namespace netpoll_shim {

// File descriptors that a command reads and writes while it runs; not owned.
struct Streams {
    int in = STDIN_FILENO;
    int out = STDOUT_FILENO;
    int err = STDERR_FILENO;
};

// Writes all of the text. `name` is what the error calls the stream.
Result<void> write_all(int fd, std::string_view text, const std::string& name);

}  // namespace netpoll_shim
