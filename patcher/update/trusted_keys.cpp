// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/trusted_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/config_files.hpp"

namespace netpoll_shim {

namespace {

constexpr std::string_view revoked_suffix = ".revoked";
constexpr auto keys_folder = "/etc/netpoll-shim/keys.d";
constexpr std::size_t max_key_size = std::size_t{64} << 10U;

Result<PublicKey> read_key(const Root& root, const std::string& path) {
    return root.read(path, max_key_size).and_then([&](const std::string& text) {
        return parse_public_key(text, path);
    });
}

}  // namespace

TrustedKeys trusted_keys(const std::vector<EmbeddedKey>& embedded, const Root& root) {
    TrustedKeys trusted;
    for (const EmbeddedKey& key : embedded) {
        if (auto parsed = parse_public_key(key.text, fmt::format("embedded {}", key.name))) {
            trusted.keys.push_back(*std::move(parsed));
        }
    }
    std::vector<PublicKey> revoked;
    for (const std::string& path :
         config_files(root, keys_folder, {revoked_suffix, ".pub"}, trusted.warnings)) {
        auto key = read_key(root, path);
        if (!key) {
            trusted.warnings.push_back(fmt::format("{}: {}", path, key.error().message));
            continue;
        }
        (path.ends_with(revoked_suffix) ? revoked : trusted.keys).push_back(*std::move(key));
    }
    std::erase_if(trusted.keys, [&](const PublicKey& key) {
        return std::find(revoked.begin(), revoked.end(), key) != revoked.end();
    });
    return trusted;
}

}  // namespace netpoll_shim
