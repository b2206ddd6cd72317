// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/symvers.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace netpoll_shim {

namespace {

// The first two columns are the same in all kernels: 0xCRC, symbol (scripts/mod/modpost.c).
std::optional<std::pair<std::string_view, std::uint32_t>> parse_line(std::string_view line) {
    constexpr std::string_view hexadecimal = "0x";
    const auto crc_end = line.find('\t');
    if (!line.starts_with(hexadecimal) || crc_end == std::string_view::npos) {
        return std::nullopt;
    }
    std::uint32_t crc = 0;
    const auto [stop, error] =
        std::from_chars(line.data() + hexadecimal.size(), line.data() + crc_end, crc, 16);
    const auto rest = line.substr(crc_end + 1);
    const auto symbol = rest.substr(0, rest.find('\t'));
    if (error != std::errc() || stop != line.data() + crc_end || symbol.empty() ||
        symbol.size() == rest.size()) {
        return std::nullopt;
    }
    return std::pair(symbol, crc);
}

}  // namespace

Result<Symvers> Symvers::parse(std::string text, std::string source) {
    Symvers symvers;
    symvers.text_ = std::make_shared<const std::string>(std::move(text));
    symvers.source_ = std::move(source);
    std::string_view rest = *symvers.text_;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (const auto entry = parse_line(line)) {
            symvers.crcs_.insert(*entry);
        }
    }
    if (!symvers.exports("register_netdevice")) {
        return failure("it does not have the kernel's own symbols");
    }
    return symvers;
}

std::optional<std::uint32_t> Symvers::crc(std::string_view symbol) const {
    const auto found = crcs_.find(symbol);
    return found == crcs_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace netpoll_shim
