// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>

namespace netpoll_shim {

// A kernel's struct net_device_ops; size and offsets in bytes.
struct OpsLayout {
    unsigned size = 0;
    std::optional<unsigned> ndo_start_xmit;       // nothing: not told
    std::optional<unsigned> ndo_poll_controller;  // nothing: the kernel has none
    std::optional<unsigned> ndo_netpoll_setup;    // nothing: not told, or the kernel has none
    std::string source;
};

// What a netpoll_shim.ko tells of the kernel that it was built for (shim/main.c): `modinfo` is the
// module's, `source` names it. Nothing if this is no netpoll_shim. One of version 0.1.0 tells
// neither ndo_start_xmit nor ndo_netpoll_setup.
std::optional<OpsLayout> ops_layout_from_modinfo(
    const std::multimap<std::string, std::string>& modinfo, const std::string& source);

}  // namespace netpoll_shim
