// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

namespace netpoll_shim {

// The contents of a file, or a part of them, which somebody else keeps alive.
using Bytes = std::string_view;

// The part of this size at an offset; nothing where it does not lie wholly inside.
constexpr std::optional<Bytes> part_of(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
    if (offset > bytes.size() || size > bytes.size() - offset) {
        return std::nullopt;
    }
    return bytes.substr(offset, size);
}

// A number or structure, laid out as the host has it in memory, from any alignment.
template <typename T>
std::optional<T> load(Bytes bytes, std::uint64_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    static_assert(std::endian::native == std::endian::little, "the files are little-endian");
    const auto part = part_of(bytes, offset, sizeof(T));
    if (!part) {
        return std::nullopt;
    }
    T value{};
    std::memcpy(&value, part->data(), sizeof(T));
    return value;
}

// Twice the longest symbol of a kernel (KSYM_NAME_LEN). A bound, so that many names in one endless
// string cost little time and memory.
constexpr std::uint64_t max_name_length = 1024;

// The NUL-terminated name at an offset of a string table; nothing if it has no end there.
constexpr std::optional<std::string_view> name_at(Bytes table, std::uint64_t offset) {
    if (offset >= table.size()) {
        return std::nullopt;
    }
    const auto name = table.substr(offset, max_name_length);
    const auto end = name.find('\0');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    return name.substr(0, end);
}

}  // namespace netpoll_shim
