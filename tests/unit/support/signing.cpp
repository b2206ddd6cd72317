// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/signing.hpp"

#include <sodium.h>

#include <stdexcept>
#include <vector>

namespace netpoll_shim::test {

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

template <typename Part>
void append(Bytes& bytes, const Part& part) {
    bytes.insert(bytes.end(), part.begin(), part.end());
}

std::string base64(const Bytes& bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

template <std::size_t size>
std::array<std::uint8_t, size> blake2b(const Bytes& bytes) {
    std::array<std::uint8_t, size> sum{};
    crypto_generichash(sum.data(), sum.size(), bytes.data(), bytes.size(), nullptr, 0);
    return sum;
}

std::array<std::uint8_t, 64> ed25519(const Bytes& message,
                                     const std::array<std::uint8_t, 64>& key) {
    std::array<std::uint8_t, 64> signature{};
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), key.data());
    return signature;
}

}  // namespace

KeyPair::KeyPair(std::uint8_t seed) {
    std::array<std::uint8_t, 32> seed_bytes{};
    seed_bytes.fill(seed);
    id.fill(seed);
    crypto_sign_seed_keypair(public_.data(), secret_.data(), seed_bytes.data());
}

PublicKey KeyPair::public_key() const {
    return {id, public_, "a test"};
}

SecretKey KeyPair::secret_key() const {
    SecretKey key;
    key.id = id;
    key.key = secret_;
    return key;
}

std::string KeyPair::pub_file() const {
    Bytes bytes = bytes_of("Ed");
    append(bytes, id);
    append(bytes, public_);
    return "untrusted comment: a test's key\n" + base64(bytes) + "\n";
}

std::string KeyPair::key_file(const std::string& password) const {
    Bytes checked = bytes_of("Ed");
    append(checked, id);
    append(checked, secret_);
    Bytes secret(checked.begin() + 2, checked.end());
    // minisign -W leaves the checksum out.
    append(secret, password.empty() ? std::array<std::uint8_t, 32>{} : blake2b<32>(checked));

    Bytes bytes = bytes_of("Ed");
    append(bytes, password.empty() ? std::string(2, '\0') : "Sc");
    append(bytes, std::string("B2"));
    const std::string salt(32, 's');
    append(bytes, salt);
    // Little endian; the least that scrypt takes.
    constexpr std::uint64_t operations = 32768;
    constexpr std::uint64_t memory = 16U << 20U;
    for (const std::uint64_t number : {operations, memory}) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            bytes.push_back(static_cast<std::uint8_t>(number >> shift));
        }
    }
    if (!password.empty()) {
        Bytes stream(secret.size());
        if (crypto_pwhash_scryptsalsa208sha256(
                stream.data(), stream.size(), password.data(), password.size(),
                reinterpret_cast<const std::uint8_t*>(salt.data()), operations, memory) != 0) {
            throw std::runtime_error("scrypt failed");
        }
        for (std::size_t at = 0; at < secret.size(); at++) {
            secret[at] ^= stream[at];
        }
    }
    append(bytes, secret);
    return "untrusted comment: a test's secret key\n" + base64(bytes) + "\n";
}

std::string KeyPair::sign(std::string_view bytes, const std::string& comment,
                          std::string_view algorithm) const {
    const Bytes message = bytes_of(bytes);
    Bytes hashed;
    append(hashed, blake2b<64>(message));
    const auto of_file = ed25519(algorithm == "Ed" ? message : hashed, secret_);
    Bytes signed_comment;
    append(signed_comment, of_file);
    append(signed_comment, comment);
    const auto of_comment = ed25519(signed_comment, secret_);
    Bytes first = bytes_of(algorithm);
    append(first, id);
    append(first, of_file);
    Bytes second;
    append(second, of_comment);
    return "untrusted comment: a test's signature\n" + base64(first) +
           "\ntrusted comment: " + comment + "\n" + base64(second) + "\n";
}

}  // namespace netpoll_shim::test
