// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/kernel_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

#include "util/unique_fd.hpp"

namespace netpoll_shim {

namespace {

// More than any log holds, so that somebody who writes into it as fast as it is read is no trap.
constexpr int max_records = 1000000;
// CONSOLE_EXT_LOG_MAX is 8192.
constexpr std::size_t max_record_size = 16U << 10U;

std::string error_text(int error) {
    return std::generic_category().message(error);
}

// The kernel writes a byte that is not printable ASCII, and the backslash, as \x and two digits.
std::string unescape(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        unsigned char byte = 0;
        if (text.starts_with("\\x") && text.size() >= 4 &&
            std::from_chars(text.data() + 2, text.data() + 4, byte, 16).ptr == text.data() + 4) {
            result += static_cast<char>(byte);
            text.remove_prefix(4);
        } else {
            result += text.front();
            text.remove_prefix(1);
        }
    }
    return result;
}

// The text of "PRIORITY,SEQUENCE,TIME,FLAGS[,...];TEXT\n KEY=VALUE\n"; nothing if it was not the
// kernel that wrote it: what comes through /dev/kmsg has a facility other than 0 in any case.
std::optional<std::string> kernel_text(std::string_view record) {
    constexpr unsigned priorities = 8;  // the facility is above them
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(record.data(), record.data() + record.size(), prefix);
    const auto text = record.find(';');
    if (error != std::errc() || prefix >= priorities || text == std::string_view::npos) {
        return std::nullopt;
    }
    record.remove_prefix(text + 1);
    return unescape(record.substr(0, record.find('\n')));
}

}  // namespace

KernelLogLines read_kernel_log(const KernelLogReader& reader) {
    KernelLogLines result;
    std::string record;
    for (int count = 0; count < max_records; count++) {
        const int error = reader(record);
        if (error == EAGAIN) {
            return result;
        }
        if (error == EPIPE) {
            result.incomplete = "lines of the kernel log were overwritten before they were read";
        } else if (error != 0) {
            result.incomplete = fmt::format("the kernel log cannot be read: {}", error_text(error));
            return result;
        } else if (auto text = kernel_text(record)) {
            result.lines.push_back(*std::move(text));
        }
    }
    result.incomplete = "the kernel log fills up faster than it can be read";
    return result;
}

Result<KernelLogReader> open_kernel_log() {
    const auto log =
        std::make_shared<UniqueFd>(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!log->valid() || lseek(log->get(), 0, SEEK_END) < 0) {
        return failure(fmt::format("cannot read /dev/kmsg: {}", error_text(errno)));
    }
    return [log](std::string& record) {
        record.resize(max_record_size);
        ssize_t count = 0;
        do {
            count = read(log->get(), record.data(), record.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) {
            return errno;
        }
        record.resize(static_cast<std::size_t>(count));
        return count == 0 ? EAGAIN : 0;
    };
}

}  // namespace netpoll_shim
