// SPDX-License-Identifier: GPL-2.0-or-later
#include "signature/keys.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "signature/lines.hpp"

namespace netpoll_shim {

namespace {

constexpr std::string_view comment = "untrusted comment: ";

tl::unexpected<Error> no_key(std::string message, std::string hint = {}) {
    return failure(std::move(message), std::move(hint), ExitCode::database_invalid);
}

// The line with the key: behind a comment, or alone.
std::string_view key_line(std::string_view text) {
    const auto lines = split_lines(text);
    if (lines.size() == 2 && lines[0].starts_with(comment)) {
        return lines[1];
    }
    return lines.size() == 1 ? lines[0] : std::string_view();
}

// The bytes of a .key file (minisign.h, SeckeyStruct), wiped when they go.
class StoredKey {
  public:
    static constexpr std::size_t size = 158;

    explicit StoredKey(std::array<std::uint8_t, size>& bytes) : bytes_(bytes) {
        sodium_memzero(bytes.data(), bytes.size());
    }
    StoredKey(const StoredKey&) = default;
    StoredKey(StoredKey&&) = default;  // copies; what it was moved from wipes itself
    StoredKey& operator=(const StoredKey&) = default;
    StoredKey& operator=(StoredKey&&) = default;
    ~StoredKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

    std::string_view algorithm() const { return text(0); }
    std::string_view checksum_algorithm() const { return text(4); }
    std::string_view kdf() const { return text(2); }
    bool has_password() const { return kdf() != std::string_view("\0\0", 2); }
    const std::uint8_t* salt() const { return bytes_.data() + 6; }
    std::uint64_t operations() const { return little_endian(38); }
    std::uint64_t memory() const { return little_endian(46); }

    // What a password encrypts: number, key, checksum.
    static constexpr std::size_t id_size = 8;
    static constexpr std::size_t key_size = 64;
    static constexpr std::size_t secret_size = id_size + key_size + 32;
    std::uint8_t* secret() { return bytes_.data() + secret_at; }
    const std::uint8_t* id() const { return bytes_.data() + secret_at; }
    const std::uint8_t* key() const { return id() + id_size; }
    const std::uint8_t* checksum() const { return key() + key_size; }

  private:
    static constexpr std::size_t secret_at = 54;
    static_assert(secret_at + secret_size == size);

    std::string_view text(std::size_t at) const {
        return {reinterpret_cast<const char*>(bytes_.data()) + at, 2};
    }

    std::uint64_t little_endian(std::size_t at) const {
        std::uint64_t value = 0;
        for (std::size_t byte = 8; byte > 0; byte--) {
            value = value << 8U | bytes_[at + byte - 1];
        }
        return value;
    }

    std::array<std::uint8_t, size> bytes_;
};

Result<StoredKey> read_stored_key(std::string_view text) {
    auto bytes = decode_base64<StoredKey::size>(key_line(text));
    if (!bytes) {
        return no_key("not a secret key of minisign");
    }
    const StoredKey stored(*bytes);
    if (stored.algorithm() != "Ed" || stored.checksum_algorithm() != "B2" ||
        (stored.has_password() && stored.kdf() != "Sc")) {
        return no_key("a secret key of another kind than minisign 0.11 makes");
    }
    return stored;
}

Result<void> decrypt(StoredKey& stored, const std::string& password) {
    // What minisign asks for; a file that asks for more would eat the machine.
    if (stored.operations() > crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE ||
        stored.memory() > crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE) {
        return no_key("a secret key that asks for more than minisign does");
    }
    // Its faster code; whoever types a password can wait for the kernel's randomness.
    if (sodium_init() < 0) {
        return failure("libsodium cannot be used here");
    }
    std::array<std::uint8_t, StoredKey::secret_size> stream{};
    if (crypto_pwhash_scryptsalsa208sha256(stream.data(), stream.size(), password.data(),
                                           password.size(), stored.salt(), stored.operations(),
                                           static_cast<std::size_t>(stored.memory())) != 0) {
        return failure("not enough memory to derive the key from its password",
                       "it takes 1 GiB, as minisign does");
    }
    for (std::size_t at = 0; at < stream.size(); at++) {
        stored.secret()[at] ^= stream[at];
    }
    sodium_memzero(stream.data(), stream.size());
    return {};
}

bool checksum_fits(const StoredKey& stored) {
    std::array<std::uint8_t, 32> sum{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, sum.size());
    crypto_generichash_update(&state,
                              reinterpret_cast<const std::uint8_t*>(stored.algorithm().data()), 2);
    crypto_generichash_update(&state, stored.id(), StoredKey::id_size + StoredKey::key_size);
    crypto_generichash_final(&state, sum.data(), sum.size());
    return sodium_memcmp(sum.data(), stored.checksum(), sum.size()) == 0;
}

// minisign -W writes no checksum. The second half of a key follows from the first.
bool is_whole(const StoredKey& stored) {
    std::array<std::uint8_t, 32> public_half{};
    std::array<std::uint8_t, StoredKey::key_size> key{};
    crypto_sign_seed_keypair(public_half.data(), key.data(), stored.key());
    const bool is_same = sodium_memcmp(key.data(), stored.key(), key.size()) == 0;
    sodium_memzero(key.data(), key.size());
    return is_same;
}

}  // namespace

std::string key_id_text(const KeyId& id) {
    std::uint64_t number = 0;
    for (std::size_t at = id.size(); at > 0; at--) {
        number = number << 8U | id[at - 1];
    }
    return fmt::format("{:X}", number);
}

Result<PublicKey> parse_public_key(std::string_view text, std::string name) {
    const auto bytes = decode_base64<2 + 8 + 32>(key_line(text));
    if (!bytes || (*bytes)[0] != 'E' || (*bytes)[1] != 'd') {
        return no_key("not a public key of minisign",
                      "untrusted comment: ..., and a line of base64");
    }
    PublicKey key;
    std::copy_n(bytes->begin() + 2, key.id.size(), key.id.begin());
    std::copy_n(bytes->begin() + 10, key.key.size(), key.key.begin());
    key.name = std::move(name);
    if (key.id == KeyId{}) {
        return no_key("a public key with the number 0");
    }
    return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : id(other.id), key(other.key) {
    sodium_memzero(other.key.data(), other.key.size());
}

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
    std::swap(id, other.id);
    std::swap(key, other.key);
    return *this;
}

SecretKey::~SecretKey() {
    sodium_memzero(key.data(), key.size());
}

Result<bool> is_encrypted(std::string_view text) {
    return read_stored_key(text).map([](const StoredKey& stored) { return stored.has_password(); });
}

Result<SecretKey> parse_secret_key(std::string_view text, const std::string& password) {
    auto stored = read_stored_key(text);
    if (!stored) {
        return tl::unexpected<Error>(std::move(stored).error());
    }
    if (stored->has_password()) {
        if (auto decrypted = decrypt(*stored, password); !decrypted) {
            return tl::unexpected<Error>(std::move(decrypted).error());
        }
    }
    if (stored->has_password() && !checksum_fits(*stored)) {
        return no_key("wrong password, or a damaged secret key");
    }
    if (!is_whole(*stored)) {
        return no_key("a damaged secret key");
    }
    SecretKey secret;
    std::copy_n(stored->id(), secret.id.size(), secret.id.begin());
    std::copy_n(stored->key(), secret.key.size(), secret.key.begin());
    return secret;
}

}  // namespace netpoll_shim
