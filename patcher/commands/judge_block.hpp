// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "commands/fleet.hpp"
#include "database/database.hpp"
#include "facts/inventory/blocks.hpp"
#include "facts/inventory/line.hpp"

namespace netpoll_shim {

// What is kept and rendered of an inventory.
struct InventoryWishes {
    bool json_lines = false;   // a line of JSON for each line
    bool first_hosts = false;  // names of hosts in each group
};

// What became of a block.
struct JudgedBlock {
    std::string json_lines;
    std::vector<GroupTally> groups;  // in the order in which they were met
    std::uint64_t bad_lines = 0;
    std::vector<BadLine> first_bad_lines;
};

// Judges the hosts of blocks. A fleet has few kernels and drivers: a verdict and its rendering are
// kept for the next host with the same facts. Not for more than one thread at a time.
class BlockJudge {
  public:
    // Keeps verdicts of up to `cache_size` bytes; those beyond are made anew for each host.
    BlockJudge(const Database& database, const InventoryWishes& wishes, std::size_t line_limit,
               std::size_t cache_size)
        : database_(database), wishes_(wishes), line_limit_(line_limit), cache_room_(cache_size) {}

    JudgedBlock judge(const InventoryBlock& block);

  private:
    struct Judged {
        std::string json_tail;
        std::shared_ptr<const FleetGroup> group;
    };
    struct Hash {
        using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name
        std::size_t operator()(std::string_view key) const {
            return std::hash<std::string_view>()(key);
        }
    };
    class Tallies;

    void judge_line(std::string_view line, std::uint64_t number, JudgedBlock& result,
                    Tallies& tallies);
    void add_bad_line(std::uint64_t number, std::string message, JudgedBlock& result) const;
    const Judged& judge(const InventoryFields& fields);
    Judged evaluate_fields(const InventoryFields& fields) const;

    const Database& database_;
    InventoryWishes wishes_;
    std::size_t line_limit_;
    std::size_t cache_room_;
    InventoryParser parser_;
    std::string key_;
    std::unordered_map<std::string, Judged, Hash, std::equal_to<>> cache_;
    Judged uncached_;
};

}  // namespace netpoll_shim
