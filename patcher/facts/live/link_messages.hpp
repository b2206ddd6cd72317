// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "facts/live/links.hpp"
#include "facts/object/bytes.hpp"

namespace netpoll_shim {

enum class LinkDump {
    goes_on,
    complete,
    interrupted,  // devices came or went meanwhile: one may be missing that was there all the time
    failed,
};

// Adds the devices of what was received in one piece in answer to RTM_GETLINK, and says whether
// more is to come.
LinkDump read_link_messages(Bytes messages, std::vector<Link>& links);

}  // namespace netpoll_shim
