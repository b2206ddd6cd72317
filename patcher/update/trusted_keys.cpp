// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/trusted_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/file.hpp"

namespace netpoll_shim {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_key_size = std::size_t{64} << 10U;

std::vector<fs::path> list(const fs::path& folder, TrustedKeys& trusted) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        paths.push_back(at->path());
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        trusted.warnings.push_back(
            fmt::format("cannot read {}: {}", folder.string(), error.message()));
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

Result<PublicKey> read_key(const fs::path& path) {
    return read_file(path, max_key_size).and_then([&](const std::string& text) {
        return parse_public_key(text, path.string());
    });
}

}  // namespace

TrustedKeys trusted_keys(const std::vector<EmbeddedKey>& embedded, const fs::path& folder) {
    TrustedKeys trusted;
    for (const EmbeddedKey& key : embedded) {
        if (auto parsed = parse_public_key(key.text, fmt::format("embedded {}", key.name))) {
            trusted.keys.push_back(*std::move(parsed));
        }
    }
    std::vector<PublicKey> revoked;
    for (const fs::path& path : list(folder, trusted)) {
        const bool is_revoked = path.extension() == ".revoked";
        if (!is_revoked && path.extension() != ".pub") {
            continue;
        }
        auto key = read_key(path);
        if (!key) {
            trusted.warnings.push_back(fmt::format("{}: {}", path.string(), key.error().message));
            continue;
        }
        (is_revoked ? revoked : trusted.keys).push_back(*std::move(key));
    }
    std::erase_if(trusted.keys, [&](const PublicKey& key) {
        return std::find(revoked.begin(), revoked.end(), key) != revoked.end();
    });
    return trusted;
}

}  // namespace netpoll_shim
