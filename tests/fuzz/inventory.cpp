// SPDX-License-Identifier: GPL-2.0-or-later
// An inventory in reads of any size: blocks, lines, facts, verdicts and what is rendered of them.
#include <algorithm>
#include <cstdlib>

#include "commands/judge_block.hpp"
#include "evaluate/evaluate.hpp"
#include "render/fleet.hpp"
#include "targets.hpp"

namespace netpoll_shim::fuzz {

namespace {

constexpr std::size_t line_limit = 4096;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::size_t lines_in(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// What is judged without the other lines is what is judged among them.
void check_line(std::string_view line, InventoryParser& parser) {
    const auto host = parse_inventory_line(line, parser);
    if (!host) {
        require(!host.error().message.empty());
        return;
    }
    require(host->device.driver && !host->kernel.release.empty());
    const Verdict verdict = evaluate(host->kernel, host->device, {}, {});
    require(make_group(host->kernel.release, verdict).driver == host->device.driver->value);
}

}  // namespace

void inventory(std::string_view input) {
    if (input.empty()) {
        return;
    }
    // The first byte is the size of reads, so that lines are cut anywhere.
    const std::size_t block_size = static_cast<unsigned char>(input.front()) + std::size_t{1};
    input.remove_prefix(1);
    InventoryParser parser;
    check_line(input, parser);

    std::string_view rest = input;
    BlockReader reader(
        [&rest](char* buffer, std::size_t size) {
            const std::size_t count = rest.copy(buffer, size);
            rest.remove_prefix(count);
            return static_cast<ssize_t>(count);
        },
        "input", block_size, line_limit);
    const Database database;
    BlockJudge judge(database, {true, true}, line_limit, std::size_t{1} << 16U);
    Fleet fleet;
    InventoryBlock block;
    std::size_t lines = 0;
    std::string joined;
    for (std::uint64_t number = 0; reader.next(block).value(); number++) {
        require(block.number == number && block.first_line == lines + 1);
        require(block.over_long == block.text.empty());
        joined += block.text;
        lines += block.over_long ? 1 : std::max<std::size_t>(lines_in(block.text), 1);
        JudgedBlock judged = judge.judge(block);
        std::uint64_t hosts = 0;
        for (GroupTally& tally : judged.groups) {
            hosts += tally.hosts;
            fleet.add(std::move(tally));
        }
        require(lines_in(judged.json_lines) == hosts + judged.bad_lines);
        fleet.add_bad_lines(judged.bad_lines, std::move(judged.first_bad_lines));
    }
    require(input.size() > line_limit || joined == input);
    require(fleet.hosts() + fleet.bad_lines() <= lines);
    for (const std::string& text :
         {render_html(fleet), render_text(fleet), render_prometheus(fleet), render_nagios(fleet)}) {
        require(!text.empty());
    }
}

}  // namespace netpoll_shim::fuzz
