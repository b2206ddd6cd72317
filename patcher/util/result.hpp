// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace netpoll_shim {

// What the command exits with. Documented in --help; part of the interface.
enum class ExitCode {
    done = 0,
    failed = 1,
    usage = 2,
    action_needed = 3,
    unknown = 4,
    database_invalid = 5,
    privilege = 6,
};

// Why something was not done, and what the user can do next (may be empty).
struct Error {
    std::string message;
    std::string hint;
    ExitCode exit_code = ExitCode::failed;
};

template <typename T>
using Result = tl::expected<T, Error>;

// The error arm of a Result.
inline tl::unexpected<Error> failure(std::string message, std::string hint = {},
                                     ExitCode exit_code = ExitCode::failed) {
    return tl::unexpected<Error>(Error{std::move(message), std::move(hint), exit_code});
}

// An error that occurred in something (a file) that it does not name itself.
inline tl::unexpected<Error> failure_in(const std::string& what, Error error) {
    error.message = what + ": " + error.message;
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace netpoll_shim
