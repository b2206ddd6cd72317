// SPDX-License-Identifier: GPL-2.0-or-later
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli.hpp"

namespace {

// Whether all of it was written: a full disk must not look like a clean report.
bool write_all(const std::string& text, std::FILE* stream) {
    return std::fwrite(text.data(), 1, text.size(), stream) == text.size() &&
           std::fflush(stream) == 0;
}

int run(const std::vector<std::string>& arguments) {
    using namespace netpoll_shim;
    // A closed pipe is an error of writing like any other.
    std::signal(SIGPIPE, SIG_IGN);
    const Output output = run_cli(arguments, live_context);
    write_all(output.err, stderr);
    if (!write_all(output.out, stdout)) {
        write_all("netpoll-shim: cannot write to the standard output\n", stderr);
        return static_cast<int>(ExitCode::failed);
    }
    return output.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
    } catch (const std::exception& error) {
        // Nothing but exhausted memory is known to come here.
        std::fprintf(stderr, "netpoll-shim: %s\n", error.what());
        return static_cast<int>(netpoll_shim::ExitCode::failed);
    }
}
