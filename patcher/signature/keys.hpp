// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace netpoll_shim {

// Keys as minisign has them (https://jedisct1.github.io/minisign/): Ed25519, found by a number that
// was drawn with them.

using KeyId = std::array<std::uint8_t, 8>;

// As minisign prints it: up to 16 hexadecimal digits.
std::string key_id_text(const KeyId& id);

struct PublicKey {
    KeyId id{};
    std::array<std::uint8_t, 32> key{};
    std::string name;  // where it is from: "embedded release.pub", a path

    bool operator==(const PublicKey& other) const { return id == other.id && key == other.key; }
};

// The two lines of a .pub file, or the second alone. Errors do not name the file.
Result<PublicKey> parse_public_key(std::string_view text, std::string name);

// A secret key, wiped when it goes.
class SecretKey {
  public:
    SecretKey() = default;
    SecretKey(const SecretKey&) = delete;
    SecretKey& operator=(const SecretKey&) = delete;
    SecretKey(SecretKey&& other) noexcept;
    SecretKey& operator=(SecretKey&& other) noexcept;
    ~SecretKey();

    KeyId id{};
    std::array<std::uint8_t, 64> key{};
};

// Whether the key in a .key file cannot be used without its password.
Result<bool> is_encrypted(std::string_view text);

// The key of a .key file; the password is not looked at where it has none (minisign -W). Fails
// where the password is wrong, and on one whose key wants more memory or time than minisign ever
// asks.
Result<SecretKey> parse_secret_key(std::string_view text, const std::string& password);

}  // namespace netpoll_shim
