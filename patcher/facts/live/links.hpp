// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "facts/facts.hpp"

namespace netpoll_shim {

// A network device as rtnetlink knows it.
struct Link {
    int index = 0;
    std::string name;
    std::string kind;  // bond, vlan ...; "": none
    int master = 0;    // index of the device above that it was given to; 0: none
    int lower = 0;     // index of the device that it was made on; 0: none in this namespace
};

// All devices of this network namespace; none where the kernel does not tell.
using LinkReader = std::function<std::vector<Link>()>;

// By an RTM_GETLINK dump.
std::vector<Link> read_links();

// Adds to each device its kind and, where it is of a kind that hands netpoll to the devices below,
// the names of these.
void add_links(const std::vector<Link>& links, std::vector<DeviceFacts>& devices);

}  // namespace netpoll_shim
