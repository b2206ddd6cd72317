// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace netpoll_shim {

namespace {

constexpr std::size_t max_text_length = 64;
constexpr std::size_t max_digits = 9;

// Locale-free, unlike <cctype>.
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t digits_at(std::string_view text, std::size_t start) {
    std::size_t end = start;
    while (end < text.size() && is_digit(text[end])) {
        end++;
    }
    return end - start;
}

}  // namespace

Result<Version> Version::parse(std::string_view text) {
    const auto bad = [&] {
        return failure(fmt::format("'{}' is not a version", text.substr(0, max_text_length)));
    };
    if (text.size() > max_text_length) {
        return bad();
    }

    Version version;
    version.text_ = text;
    std::size_t at = 0;
    while (true) {
        const std::size_t digits = digits_at(text, at);
        if (digits == 0 || digits > max_digits) {
            return bad();
        }
        std::uint32_t number = 0;
        std::from_chars(text.data() + at, text.data() + at + digits, number);
        version.numbers_.push_back(number);
        at += digits;
        if (at == text.size() || (text[at] != '.' && text[at] != '-')) {
            break;
        }
        at++;
    }
    if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_letter)) {
        return bad();
    }
    return version;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
    const std::size_t count = std::max(numbers_.size(), other.numbers_.size());
    for (std::size_t i = 0; i < count; i++) {
        const std::uint32_t left = i < numbers_.size() ? numbers_[i] : 0;
        const std::uint32_t right = i < other.numbers_.size() ? other.numbers_[i] : 0;
        if (left != right) {
            return left <=> right;
        }
    }
    return std::strong_ordering::equal;
}

Result<Version> upstream_version(std::string_view release) {
    std::size_t end = 0;
    for (int numbers = 0; numbers < 3; numbers++) {
        const std::size_t start = numbers == 0 ? 0 : end + 1;
        if (numbers > 0 && (end >= release.size() || release[end] != '.')) {
            break;
        }
        const std::size_t digits = digits_at(release, start);
        if (digits == 0) {
            break;
        }
        end = start + digits;
    }
    const std::string_view version = release.substr(0, end);
    if (version.find('.') == std::string_view::npos) {
        return failure(fmt::format("'{}' does not start with a kernel version", release));
    }
    return Version::parse(version);
}

}  // namespace netpoll_shim
