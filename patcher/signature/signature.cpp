// SPDX-License-Identifier: GPL-2.0-or-later
//
// sodium_init() is not called: in early boot it waits for the kernel's randomness, which nothing
// here needs. Without it BLAKE2b is computed by portable code.
#include "signature/signature.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "signature/lines.hpp"

namespace netpoll_shim {

namespace {

constexpr std::string_view untrusted_prefix = "untrusted comment: ";
constexpr std::string_view trusted_prefix = "trusted comment: ";
constexpr std::size_t lines_of_one = 4;

using FileHash = std::array<std::uint8_t, 64>;

tl::unexpected<Error> invalid(std::string message, std::string hint = {}) {
    return failure("the signature is invalid: " + std::move(message), std::move(hint),
                   ExitCode::database_invalid);
}

const std::uint8_t* octets(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

FileHash hash(std::string_view bytes) {
    FileHash sum{};
    crypto_generichash(sum.data(), sum.size(), octets(bytes), bytes.size(), nullptr, 0);
    return sum;
}

// What the second signature is over.
std::string comment_message(const std::array<std::uint8_t, 64>& of_file,
                            std::string_view trusted_comment) {
    return std::string(of_file.begin(), of_file.end()) + std::string(trusted_comment);
}

Result<Signature> parse_one(const std::string_view* lines) {
    if (!lines[0].starts_with(untrusted_prefix) || !lines[2].starts_with(trusted_prefix)) {
        return invalid("not as minisign writes it");
    }
    const auto first = decode_base64<2 + 8 + 64>(lines[1]);
    const auto second = decode_base64<64>(lines[3]);
    if (!first || !second) {
        return invalid("not as minisign writes it");
    }
    if ((*first)[0] == 'E' && (*first)[1] == 'd') {
        return invalid("it is in the legacy format",
                       "sign with minisign 0.10 or newer, without -l");
    }
    if ((*first)[0] != 'E' || (*first)[1] != 'D') {
        return invalid("by an unknown algorithm");
    }
    Signature signature;
    std::copy_n(first->begin() + 2, signature.key_id.size(), signature.key_id.begin());
    std::copy_n(first->begin() + 10, signature.of_file.size(), signature.of_file.begin());
    signature.of_comment = *second;
    signature.trusted_comment = lines[2].substr(trusted_prefix.size());
    return signature;
}

Result<Verified> verify_one(const FileHash& file, const Signature& signature,
                            const PublicKey& key) {
    const std::string message = comment_message(signature.of_file, signature.trusted_comment);
    if (crypto_sign_verify_detached(signature.of_file.data(), file.data(), file.size(),
                                    key.key.data()) != 0) {
        return invalid(fmt::format("it is not over this document (key {}, {})", key_id_text(key.id),
                                   key.name));
    }
    if (crypto_sign_verify_detached(signature.of_comment.data(), octets(message), message.size(),
                                    key.key.data()) != 0) {
        return invalid("its trusted comment was changed");
    }
    return Verified{key, signature.trusted_comment};
}

}  // namespace

Result<std::vector<Signature>> parse_signatures(std::string_view text) {
    const auto lines = split_lines(text);
    if (text.size() > max_signature_size || lines.empty() || lines.size() % lines_of_one != 0) {
        return invalid("not as minisign writes it", "four lines for each key");
    }
    std::vector<Signature> signatures;
    for (std::size_t at = 0; at < lines.size(); at += lines_of_one) {
        auto signature = parse_one(&lines[at]);
        if (!signature) {
            return tl::unexpected<Error>(std::move(signature).error());
        }
        signatures.push_back(*std::move(signature));
    }
    return signatures;
}

Result<Verified> verify_signatures(std::string_view bytes, const std::vector<Signature>& signatures,
                                   const std::vector<PublicKey>& keys) {
    std::string others;
    for (const Signature& signature : signatures) {
        for (const PublicKey& key : keys) {
            if (key.id == signature.key_id) {
                return verify_one(hash(bytes), signature, key);
            }
        }
        others += fmt::format("{}{}", others.empty() ? "" : ", ", key_id_text(signature.key_id));
    }
    return invalid(
        fmt::format("no trusted key has made it (made by {})", others.empty() ? "nobody" : others),
        "a newer command may know the key, or /etc/netpoll-shim/keys.d");
}

std::string content_hash(std::string_view bytes) {
    constexpr std::size_t octet_count = 8;
    const FileHash sum = hash(bytes);
    std::string text;
    for (std::size_t at = 0; at < octet_count; at++) {
        text += fmt::format("{:02x}", sum[at]);
    }
    return text;
}

Result<std::string> sign(std::string_view bytes, const SecretKey& key,
                         std::string_view trusted_comment) {
    if (trusted_comment.find_first_of("\r\n") != std::string_view::npos) {
        return failure("a trusted comment is one line");
    }
    const FileHash file = hash(bytes);
    std::array<std::uint8_t, 2 + 8 + 64> first = {'E', 'D'};
    std::copy(key.id.begin(), key.id.end(), first.begin() + 2);
    std::array<std::uint8_t, 64> of_file{};
    std::array<std::uint8_t, 64> of_comment{};
    crypto_sign_detached(of_file.data(), nullptr, file.data(), file.size(), key.key.data());
    std::copy(of_file.begin(), of_file.end(), first.begin() + 10);
    const std::string message = comment_message(of_file, trusted_comment);
    crypto_sign_detached(of_comment.data(), nullptr, octets(message), message.size(),
                         key.key.data());
    return fmt::format("{}signature by netpoll-shim, key {}\n{}\n{}{}\n{}\n", untrusted_prefix,
                       key_id_text(key.id), encode_base64(first), trusted_prefix, trusted_comment,
                       encode_base64(of_comment));
}

}  // namespace netpoll_shim
