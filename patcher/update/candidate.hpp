// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "update/fetch.hpp"
#include "update/layers.hpp"
#include "update/store.hpp"
#include "update/trusted_keys.hpp"

namespace netpoll_shim {

// A document that a source has, and that may be taken: signed by a trusted key, free of problems.
struct Candidate {
    SignedDocument opened;
    Database database;  // all of it
    std::string signature;
    std::string origin;
    Release release;
    std::vector<std::string> warnings;
};

// Fetches and examines what a source has. Fails with database_invalid on anything that must not be
// taken; errors name the source. What has expired is refused online, and a warning offline, where
// nobody could have replaced it.
Result<Candidate> examine(const Source& source, const UrlReader& read_url,
                          const std::vector<PublicKey>& keys);

enum class Freshness {
    newer,
    same,  // it is there already, or was and has been rolled back
};

// Against the command's own database and all that was here. Fails with database_invalid on an older
// serial, and on one that is known with other content.
Result<Freshness> judge_freshness(const Candidate& candidate, const ShippedDatabase& shipped,
                                  const std::optional<Release>& highest);

}  // namespace netpoll_shim
