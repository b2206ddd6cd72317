// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/sources.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include "facts/live/ethtool.hpp"

namespace netpoll_shim {

HostSources live_sources() {
    HostSources sources;
    utsname names{};
    if (uname(&names) == 0) {
        sources.kernel_release = names.release;
        sources.machine = names.machine;
    }
    sources.is_root = geteuid() == 0;
    sources.ethtool = read_ethtool_drvinfo;
    sources.links = read_links;
    sources.open_kernel_log = open_kernel_log;
    return sources;
}

}  // namespace netpoll_shim
