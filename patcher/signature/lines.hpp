// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace netpoll_shim {

// What minisign's files consist of.

// The lines of a text, without what ends them.
inline std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
        lines.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    }
    return lines;
}

// Base64 of just that many bytes, or nothing. libsodium takes some characters outside of ASCII for
// others; it is not asked about those.
template <std::size_t size>
std::optional<std::array<std::uint8_t, size>> decode_base64(std::string_view text) {
    std::array<std::uint8_t, size> bytes{};
    std::size_t length = 0;
    const char* end = nullptr;
    const bool is_ascii = std::all_of(text.begin(), text.end(), [](char character) {
        return (static_cast<unsigned char>(character) & 0x80U) == 0;
    });
    if (!is_ascii ||
        sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length,
                          &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        length != size || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return bytes;
}

template <std::size_t size>
std::string encode_base64(const std::array<std::uint8_t, size>& bytes) {
    std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the terminating NUL, which it counts
    return text;
}

}  // namespace netpoll_shim
