// SPDX-License-Identifier: GPL-2.0-or-later
// What comes from a source of updates, and from a folder of keys: documents, signatures, keys, the
// names in the store.
#include "database/document.hpp"

#include <cstdlib>
#include <string>

#include "database/rules.hpp"
#include "signature/signature.hpp"
#include "targets.hpp"
#include "update/signed_document.hpp"
#include "update/store.hpp"

namespace netpoll_shim::fuzz {

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

// What whoever takes it relies on.
void check(Document document) {
    require(document.head().serial > 0 && document.head().serial <= max_serial);
    require(is_date(document.head().expires));
    for (const DatabaseFile& file : document.files("updated-1")) {
        require(place_of(file.path) != "" && file.path.find("..") == std::string_view::npos);
    }
    const Decoded decoded = decode_files(document.files("updated-1"));
    for (const Problem& problem : decoded.problems) {
        require(!problem.path.empty() && !problem.message.empty());
    }
    if (decoded.problems.empty()) {
        for (const Driver& driver : decoded.database.drivers) {
            require(!driver.ranges.empty());
        }
    }
}

void check(const std::vector<Signature>& signatures, std::string_view input) {
    require(!signatures.empty());
    PublicKey key;
    key.id = signatures.front().key_id;
    // Nobody has signed it with a key of zeros.
    require(!verify_signatures(input, signatures, {key}));
    require(!verify_signatures(input, signatures, {}));
}

}  // namespace

void document(std::string_view input) {
    if (auto parsed = Document::parse(std::string(input))) {
        require(parsed->bytes() == input);
        check(*std::move(parsed));
    }
    if (const auto signatures = parse_signatures(input)) {
        check(*signatures, input);
    }
    if (const auto key = parse_public_key(input, "fuzzed")) {
        require(key->id != KeyId{});
    }
    // A password takes too long.
    if (is_encrypted(input) == false) {
        static_cast<void>(parse_secret_key(input, ""));
    }
    if (const auto release = Release::parse(input)) {
        require(release->name() == input);
    }
}

}  // namespace netpoll_shim::fuzz
