// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/signed_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace netpoll_shim {

namespace {

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

std::string_view key_of(std::string_view word) {
    return word.substr(0, word.find('='));
}

// Whether the comment says of the document what it must, and nothing else of these keys. Later
// versions may say more.
bool agrees(const std::string& comment, const DocumentHead& head) {
    const auto said = words(comment);
    const auto expected = words(trusted_comment(head));
    return std::all_of(expected.begin(), expected.end(), [&](const std::string& word) {
        return std::count_if(
                   said.begin(), said.end(),
                   [&](const std::string& other) { return key_of(other) == key_of(word); }) == 1 &&
               std::find(said.begin(), said.end(), word) != said.end();
    });
}

}  // namespace

std::string trusted_comment(const DocumentHead& head) {
    return fmt::format("serial={} schema=1 expires={} algorithm={}", head.serial, head.expires,
                       document_algorithm);
}

Result<SignedDocument> open_signed(std::string bytes, std::string_view signature,
                                   const std::vector<PublicKey>& keys) {
    const auto signatures = parse_signatures(signature);
    if (!signatures) {
        return tl::unexpected<Error>(signatures.error());
    }
    auto verified = verify_signatures(bytes, *signatures, keys);
    if (!verified) {
        return tl::unexpected<Error>(std::move(verified).error());
    }
    auto document = Document::parse(std::move(bytes));
    if (!document) {
        return tl::unexpected<Error>(std::move(document).error());
    }
    if (!agrees(verified->trusted_comment, document->head())) {
        return failure(
            fmt::format("the signature's trusted comment says '{}', the document is '{}'",
                        verified->trusted_comment, trusted_comment(document->head())),
            "netpoll-shim db sign writes the comment by itself", ExitCode::database_invalid);
    }
    return SignedDocument{*std::move(document), std::move(verified->key)};
}

}  // namespace netpoll_shim
