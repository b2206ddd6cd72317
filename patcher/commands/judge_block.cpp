// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/judge_block.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evaluate/evaluate.hpp"
#include "render/inventory_line.hpp"

namespace netpoll_shim {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Everything that a verdict depends on; the texts are short enough for a length of one byte.
static_assert(max_inventory_text <= 0xFF && max_kernel_release <= 0xFF);

void make_key(const InventoryFields& fields, std::string& key) {
    const auto flag = [](const std::optional<bool>& value) {
        return !value ? 0U : (*value ? 1U : 2U);
    };
    unsigned flags = 0;
    for (const auto& value :
         {fields.in_tree, fields.netpoll, fields.netpoll_poll_dev_exported, fields.live_hook,
          fields.disable_netpoll, fields.object_hook, fields.up}) {
        flags = flags * 3 + flag(value);
    }
    key.clear();
    key += static_cast<char>(flags & 0xFF);
    key += static_cast<char>(flags >> 8);
    for (const std::string_view text :
         {fields.kernel_release, fields.driver, fields.machine, fields.distribution,
          fields.driver_version, fields.srcversion, fields.served}) {
        key += static_cast<char>(text.size());
        key += text;
    }
}

std::size_t size_of(const FleetGroup& group) {
    // The key has all texts once more.
    return sizeof group + 2 * group.key.size();
}

std::string shown_host(const InventoryFields& fields, std::uint64_t line) {
    std::string name = fields.host && !fields.host->empty()
                           ? std::string(fields.host->substr(0, max_inventory_text))
                           : fmt::format("line {}", line);
    // Not in the middle of a character.
    if (fields.host && fields.host->size() > name.size()) {
        std::size_t end = max_inventory_text;
        while (end > 0 && (static_cast<unsigned char>((*fields.host)[end]) & 0xC0) == 0x80) {
            end--;
        }
        name = fmt::format("{}...", fields.host->substr(0, end));
    }
    return fields.interface.empty() ? name : fmt::format("{} {}", name, fields.interface);
}

}  // namespace

// The hosts of a block by group: a map by address, into a list in order.
class BlockJudge::Tallies {
  public:
    explicit Tallies(std::vector<GroupTally>& tallies) : tallies_(tallies) {}

    GroupTally& of(const std::shared_ptr<const FleetGroup>& group) {
        const auto [position, is_new] = positions_.try_emplace(group.get(), tallies_.size());
        if (is_new) {
            tallies_.push_back({group, 0, {}});
        }
        return tallies_[position->second];
    }

  private:
    std::vector<GroupTally>& tallies_;
    std::unordered_map<const FleetGroup*, std::size_t> positions_;
};

JudgedBlock BlockJudge::judge(const InventoryBlock& block) {
    JudgedBlock result;
    if (block.over_long) {
        add_bad_line(block.first_line, fmt::format("has more than {} bytes", line_limit_), result);
        return result;
    }
    Tallies tallies(result.groups);
    std::string_view text = block.text;
    for (std::uint64_t number = block.first_line; !text.empty(); number++) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        judge_line(text.substr(0, end), number, result, tallies);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

void BlockJudge::judge_line(std::string_view line, std::uint64_t number, JudgedBlock& result,
                            Tallies& tallies) {
    if (number == 1 && line.substr(0, byte_order_mark.size()) == byte_order_mark) {
        line.remove_prefix(byte_order_mark.size());
    }
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
        return;
    }
    if (line.size() > line_limit_) {
        add_bad_line(number, fmt::format("has more than {} bytes", line_limit_), result);
        return;
    }
    auto fields = parser_.parse(line);
    if (!fields) {
        add_bad_line(number, std::move(fields).error().message, result);
        return;
    }
    const Judged& judged = judge(*fields);
    if (wishes_.json_lines) {
        append_inventory_line(result.json_lines, fields->host, fields->interface, judged.json_tail);
    }
    GroupTally& tally = tallies.of(judged.group);
    tally.hosts++;
    if (wishes_.first_hosts && tally.first_hosts.size() < Fleet::max_first_hosts) {
        tally.first_hosts.push_back(shown_host(*fields, number));
    }
}

void BlockJudge::add_bad_line(std::uint64_t number, std::string message,
                              JudgedBlock& result) const {
    if (wishes_.json_lines) {
        append_inventory_error(result.json_lines, number, message);
    }
    result.bad_lines++;
    if (result.first_bad_lines.size() < Fleet::max_bad_lines) {
        result.first_bad_lines.push_back({number, std::move(message)});
    }
}

const BlockJudge::Judged& BlockJudge::judge(const InventoryFields& fields) {
    make_key(fields, key_);
    const auto found = cache_.find(std::string_view(key_));
    if (found != cache_.end()) {
        return found->second;
    }
    Judged judged = evaluate_fields(fields);
    const std::size_t size =
        sizeof judged + key_.size() + judged.json_tail.size() + size_of(*judged.group);
    if (size > cache_room_) {
        uncached_ = std::move(judged);
        return uncached_;
    }
    cache_room_ -= size;
    return cache_.emplace(key_, std::move(judged)).first->second;
}

BlockJudge::Judged BlockJudge::evaluate_fields(const InventoryFields& fields) const {
    const InventoryHost host = facts_of(fields);
    const Verdict verdict = evaluate(host.kernel, host.device, ShimFacts{}, database_);
    Judged judged;
    if (wishes_.json_lines) {
        judged.json_tail = render_inventory_tail(host.kernel.release, verdict);
    }
    judged.group = std::make_shared<const FleetGroup>(make_group(host.kernel.release, verdict));
    return judged;
}

}  // namespace netpoll_shim
