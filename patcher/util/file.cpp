// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "util/unique_fd.hpp"

namespace netpoll_shim {

namespace fs = std::filesystem;

std::optional<std::string> read_attribute(const fs::path& path) {
    // Not a stream: a file buffer throws where an attribute opens and yet fails to read.
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
        return std::nullopt;
    }
    std::string text;
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t count = read(file.get(), buffer.data(), buffer.size());
        if (count < 0) {
            return std::nullopt;
        }
        if (count == 0) {
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    constexpr auto white = " \t\r\n";
    const auto first = text.find_first_not_of(white);
    if (first == std::string::npos) {
        return std::string();
    }
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) {
        return failure(fmt::format("cannot read {}: {}", path.string(),
                                   std::generic_category().message(errno)));
    }
    return read_open_file(file, path.string(), limit);
}

Result<std::string> read_open_file(const UniqueFd& file, const std::string& path,
                                   std::size_t limit) {
    const auto failed = [&](int error) {
        return failure(
            fmt::format("cannot read {}: {}", path, std::generic_category().message(error)));
    };
    struct stat status {};
    if (fstat(file.get(), &status) != 0) {
        return failed(errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return failure(fmt::format("cannot read {}: not a regular file", path));
    }
    // st_size is a hint: it may change meanwhile, and sysfs tells 4096 of what is shorter.
    const auto expected = static_cast<std::size_t>(status.st_size) + 1;
    std::string bytes(std::min(expected, limit + 1), '\0');
    std::size_t filled = 0;
    while (true) {
        const ssize_t count = read(file.get(), bytes.data() + filled, bytes.size() - filled);
        if (count < 0) {
            return failed(errno);
        }
        filled += static_cast<std::size_t>(count);
        if (filled > limit) {
            return failure(fmt::format("cannot read {}: larger than {} MiB", path, limit >> 20U));
        }
        if (count == 0) {
            bytes.resize(filled);
            return bytes;
        }
        if (filled == bytes.size()) {
            bytes.resize(std::min(bytes.size() * 2, limit + 1));
        }
    }
}

std::optional<unsigned long long> read_number(const fs::path& path, int base) {
    const auto text = read_attribute(path);
    // strtoull would take a sign and wrap it round.
    if (!text || text->empty() || std::isdigit(static_cast<unsigned char>(text->front())) == 0) {
        return std::nullopt;
    }
    char* end = nullptr;
    errno = 0;
    const unsigned long long value = std::strtoull(text->c_str(), &end, base);
    if (errno != 0 || *end != '\0') {
        return std::nullopt;
    }
    return value;
}

std::optional<std::string> link_target_name(const fs::path& path) {
    std::error_code error;
    const fs::path target = fs::read_symlink(path, error);
    if (error) {
        return std::nullopt;
    }
    return target.filename().string();
}

}  // namespace netpoll_shim
