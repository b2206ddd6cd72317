// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "util/result.hpp"

namespace netpoll_shim {

// Whole lines of an inventory.
struct InventoryBlock {
    std::uint64_t number = 0;      // of the block, from 0
    std::uint64_t first_line = 1;  // number of its first line
    bool over_long = false;        // stands for one line above the limit, which was not kept
    std::string text;              // its last line may have no newline: the end of the input
};

// Splits an input into blocks of whole lines. What a read gives is handed out at once, so that an
// input that trickles is answered. Memory: a block and a line, whatever the input.
class BlockReader {
  public:
    // As read(2): how many bytes were read, 0 at the end, -1 with errno set.
    using Read = std::function<ssize_t(char* buffer, std::size_t size)>;

    // Reads `block_size` bytes at a time; lines above `line_limit` bytes are not kept. `name` is
    // what errors call the input.
    BlockReader(Read read, std::string name, std::size_t block_size, std::size_t line_limit)
        : read_(std::move(read)),
          name_(std::move(name)),
          block_size_(block_size),
          line_limit_(line_limit) {}

    // Fills `block`, whose memory is used again; false at the end of the input.
    Result<bool> next(InventoryBlock& block);

  private:
    Result<bool> read_into(std::string& text);
    Result<bool> skip_line(InventoryBlock& block);
    bool hand_out(InventoryBlock& block, std::uint64_t lines);

    Read read_;
    std::string name_;
    std::size_t block_size_;
    std::size_t line_limit_;
    std::string rest_;  // was read after the last whole line
    std::uint64_t next_number_ = 0;
    std::uint64_t next_line_ = 1;
    bool at_end_ = false;
};

}  // namespace netpoll_shim
