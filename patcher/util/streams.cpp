// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/streams.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace netpoll_shim {

Result<void> write_all(int fd, std::string_view text, const std::string& name) {
    while (!text.empty()) {
        const ssize_t size = write(fd, text.data(), text.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            return failure(fmt::format("cannot write to {}: {}", name,
                                       std::error_code(errno, std::generic_category()).message()));
        }
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return {};
}

}  // namespace netpoll_shim
