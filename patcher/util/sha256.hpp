// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sodium/crypto_hash_sha256.h>

#include <string>
#include <string_view>

namespace netpoll_shim {

// The digest of what comes in pieces.
class Sha256 {
  public:
    Sha256();
    void add(std::string_view bytes);
    // In hexadecimal; nothing can be added afterwards.
    std::string hex();

  private:
    crypto_hash_sha256_state state_{};
};

std::string sha256(std::string_view bytes);

}  // namespace netpoll_shim
