// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/inventory/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace netpoll_shim {

Result<bool> BlockReader::next(InventoryBlock& block) {
    std::string& text = block.text;
    text = rest_;
    rest_.clear();
    block.over_long = false;
    std::size_t searched = 0;
    while (true) {
        const std::size_t newline = std::string_view(text).substr(searched).rfind('\n');
        if (newline != std::string_view::npos) {
            const std::size_t end = searched + newline + 1;
            rest_.assign(text, end);
            text.resize(end);
            return hand_out(block,
                            static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')));
        }
        searched = text.size();
        if (searched > line_limit_) {
            return skip_line(block);
        }
        if (at_end_) {
            return !text.empty() && hand_out(block, 1);
        }
        if (auto more = read_into(text); !more) {
            return more;
        }
    }
}

// Adds what one read gives; false at the end of the input.
Result<bool> BlockReader::read_into(std::string& text) {
    const std::size_t before = text.size();
    text.resize(before + block_size_);
    ssize_t size = -1;
    do {
        size = read_(text.data() + before, block_size_);
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        return failure(fmt::format("cannot read {}: {}", name_,
                                   std::error_code(errno, std::generic_category()).message()),
                       "--inventory takes a file of JSON lines, or - for the standard input");
    }
    text.resize(before + static_cast<std::size_t>(size));
    at_end_ = size == 0;
    return !at_end_;
}

Result<bool> BlockReader::skip_line(InventoryBlock& block) {
    block.over_long = true;
    while (true) {
        block.text.clear();
        auto more = read_into(block.text);
        if (!more) {
            return more;
        }
        const std::size_t newline = block.text.find('\n');
        if (newline != std::string::npos) {
            rest_.assign(block.text, newline + 1);
        }
        if (!*more || newline != std::string::npos) {
            block.text.clear();
            return hand_out(block, 1);
        }
    }
}

bool BlockReader::hand_out(InventoryBlock& block, std::uint64_t lines) {
    block.number = next_number_++;
    block.first_line = next_line_;
    next_line_ += lines;
    return true;
}

}  // namespace netpoll_shim
