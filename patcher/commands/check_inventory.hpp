// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "commands/fleet.hpp"
#include "commands/judge_block.hpp"
#include "util/streams.hpp"

namespace netpoll_shim {

struct InventoryOptions {
    std::string file;  // "-": the stream `in`
    InventoryWishes wishes;
    unsigned threads = 0;  // 0: one for each CPU that this process may use
    std::size_t block_size = std::size_t{256} << 10;  // bytes
    std::size_t line_limit = std::size_t{1} << 20;    // bytes
    std::size_t cache_size = std::size_t{32} << 20;   // bytes, of each thread
};

// Judges every host of an inventory (docs/command.md). Lines of JSON go to `streams.out` in the
// order of the input, the first bad lines to `streams.err`, while the input is read. Fails where
// the input cannot be read or the output not be written.
Result<Fleet> check_inventory(const InventoryOptions& options, const Database& database,
                              const Streams& streams);

}  // namespace netpoll_shim
