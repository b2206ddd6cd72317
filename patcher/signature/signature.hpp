// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "signature/keys.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// Signatures in minisign's pre-hashed format: Ed25519 over the BLAKE2b-512 of a file, and once more
// over that signature and the trusted comment. Its older format, which signs the file itself, is
// refused.

constexpr std::size_t max_signature_size = std::size_t{64} << 10U;

struct Signature {
    KeyId key_id{};
    std::array<std::uint8_t, 64> of_file{};
    std::array<std::uint8_t, 64> of_comment{};
    std::string trusted_comment;
};

// A .minisig file; several in a row are what several keys have signed. Fails with database_invalid
// on anything that minisign would not write.
Result<std::vector<Signature>> parse_signatures(std::string_view text);

struct Verified {
    PublicKey key;
    std::string trusted_comment;
};

// The first of the signatures that is by one of the keys, if it is over just these bytes. Fails
// with database_invalid where none is by a key, and where one is that does not fit: that is no
// accident.
Result<Verified> verify_signatures(std::string_view bytes, const std::vector<Signature>& signatures,
                                   const std::vector<PublicKey>& keys);

// What tells documents apart: the first 16 hexadecimal digits of their BLAKE2b-512.
std::string content_hash(std::string_view bytes);

// The four lines of a .minisig file. The comment must be one line.
Result<std::string> sign(std::string_view bytes, const SecretKey& key,
                         std::string_view trusted_comment);

}  // namespace netpoll_shim
