// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/live/sources.hpp"
#include "update/fetch.hpp"
#include "update/layers.hpp"

namespace netpoll_shim {

// What the commands around updates work on.
struct UpdateWorld {
    ShippedDatabase shipped;
    Root root;  // whose database it is
    UrlReader read_url;
    std::optional<HostSources> host;  // nothing: the root is not this host's
};

// Where updates come from: what --from says, or else the configured sources. Fails where there is
// none.
Result<ConfiguredSources> update_sources(const std::optional<std::string>& from, const Root& root);

// The serial that is in force.
std::uint64_t serial_in_force(const LayeredDatabase& layers);

}  // namespace netpoll_shim
