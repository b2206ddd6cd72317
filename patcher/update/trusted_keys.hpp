// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "database/embedded.hpp"
#include "signature/keys.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

struct TrustedKeys {
    std::vector<PublicKey> keys;
    std::vector<std::string> warnings;  // of files that are no keys
};

// The embedded keys and those in /etc/netpoll-shim/keys.d of a root (*.pub), less those that a
// *.revoked file there holds. A file that is no key is named, and trusted or revoked is none by it;
// nor does a folder that is not there matter.
TrustedKeys trusted_keys(const std::vector<EmbeddedKey>& embedded, const Root& root);

}  // namespace netpoll_shim
