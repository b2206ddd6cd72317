// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/ops_layout.hpp"

#include <charconv>
#include <system_error>

namespace netpoll_shim {

namespace {

std::optional<unsigned> number(const std::multimap<std::string, std::string>& modinfo,
                               const std::string& key) {
    const auto entry = modinfo.lower_bound(key);
    if (entry == modinfo.end() || entry->first != key) {
        return std::nullopt;
    }
    const std::string& text = entry->second;
    unsigned value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::optional<OpsLayout> ops_layout_from_modinfo(
    const std::multimap<std::string, std::string>& modinfo, const std::string& source) {
    const auto size = number(modinfo, "net_device_ops_size");
    const auto ndo_poll_controller = number(modinfo, "ndo_poll_controller_offset");
    if (!size || !ndo_poll_controller) {
        return std::nullopt;
    }
    OpsLayout layout;
    layout.size = *size;
    layout.ndo_poll_controller = ndo_poll_controller;
    layout.ndo_start_xmit = number(modinfo, "ndo_start_xmit_offset");
    layout.ndo_netpoll_setup = number(modinfo, "ndo_netpoll_setup_offset");
    layout.source = source;
    return layout;
}

}  // namespace netpoll_shim
