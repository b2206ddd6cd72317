// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "facts/facts.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// A line of an inventory as it is written. A text that is absent, null or empty is empty here; only
// of the host, which is echoed, "" is told from nothing.
struct InventoryFields {
    std::optional<std::string_view> host;
    std::string_view interface;
    std::string_view kernel_release;
    std::string_view driver;
    std::string_view machine;
    std::string_view distribution;
    std::string_view driver_version;
    std::string_view srcversion;
    std::string_view served;
    std::optional<bool> in_tree;
    std::optional<bool> netpoll;
    std::optional<bool> netpoll_poll_dev_exported;
    std::optional<bool> live_hook;
    std::optional<bool> disable_netpoll;
    std::optional<bool> object_hook;
    std::optional<bool> up;
};

// Every text but the host's has at most as many bytes, kernel_release as many as uname(2) gives
// (__NEW_UTS_LEN of linux/utsname.h).
constexpr std::size_t max_inventory_text = 255;
constexpr std::size_t max_kernel_release = 64;

// Reads lines one after another with the same memory. Not for more than one thread at a time.
class InventoryParser {
  public:
    InventoryParser();
    InventoryParser(const InventoryParser&) = delete;
    InventoryParser& operator=(const InventoryParser&) = delete;
    InventoryParser(InventoryParser&&) = delete;
    InventoryParser& operator=(InventoryParser&&) = delete;
    ~InventoryParser();

    // The fields of a line, which is one JSON object in UTF-8; their texts live until the next
    // call. Fields that are not known are ignored; of a name that is there twice the last counts.
    // Fails where the line is anything else, a required field is missing, a field has another type
    // or is too long, or fields contradict each other.
    Result<InventoryFields> parse(std::string_view line);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

struct InventoryHost {
    std::optional<std::string> host;
    KernelFacts kernel;
    DeviceFacts device;
};

// The same as facts; the source of each is "inventory FIELD".
InventoryHost facts_of(const InventoryFields& fields);

// Both in one step.
Result<InventoryHost> parse_inventory_line(std::string_view line, InventoryParser& parser);

}  // namespace netpoll_shim
