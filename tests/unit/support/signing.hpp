// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "signature/keys.hpp"

namespace netpoll_shim::test {

// A key pair made from a number: the same each time.
class KeyPair {
  public:
    explicit KeyPair(std::uint8_t seed);

    PublicKey public_key() const;
    SecretKey secret_key() const;

    // As minisign -G writes them. The password's cost is far below minisign's.
    std::string pub_file() const;
    std::string key_file(const std::string& password = "") const;

    // A .minisig file; `algorithm` is "ED", or "Ed" for the legacy one, which signs the file
    // itself.
    std::string sign(std::string_view bytes, const std::string& comment,
                     std::string_view algorithm = "ED") const;

    KeyId id{};

  private:
    std::array<std::uint8_t, 32> public_{};
    std::array<std::uint8_t, 64> secret_{};
};

}  // namespace netpoll_shim::test
