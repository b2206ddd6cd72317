// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "facts/facts.hpp"

namespace netpoll_shim {

// ETHTOOL_GDRVINFO by ioctl, which every kernel has (netlink only since 5.6). Nothing where the
// device or the kernel refuses.
std::optional<EthtoolInfo> read_ethtool_drvinfo(const std::string& interface);

}  // namespace netpoll_shim
