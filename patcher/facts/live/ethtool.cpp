// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/ethtool.hpp"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "util/unique_fd.hpp"

namespace netpoll_shim {

namespace {

// The kernel fills such a field to its last byte where a driver does.
template <std::size_t Size>
std::string field(const char (&text)[Size]) {  // NOLINT(modernize-avoid-c-arrays): kernel's struct
    return {text, strnlen(text, Size)};
}

}  // namespace

std::optional<EthtoolInfo> read_ethtool_drvinfo(const std::string& interface) {
    ifreq request{};
    if (interface.size() >= sizeof(request.ifr_name)) {
        return std::nullopt;
    }
    const UniqueFd socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket_fd.valid()) {
        return std::nullopt;
    }
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    std::memcpy(request.ifr_name, interface.data(), interface.size());
    request.ifr_data = reinterpret_cast<char*>(&info);
    if (ioctl(socket_fd.get(), SIOCETHTOOL, &request) != 0) {
        return std::nullopt;
    }
    return EthtoolInfo{field(info.driver), field(info.version), field(info.bus_info)};
}

}  // namespace netpoll_shim
