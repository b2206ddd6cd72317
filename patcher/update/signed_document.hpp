// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database/document.hpp"
#include "signature/signature.hpp"

namespace netpoll_shim {

struct SignedDocument {
    Document document;
    PublicKey key;  // that has signed it
};

// What the trusted comment says of a document: "serial=7 schema=1 expires=2027-01-31
// algorithm=...".
std::string trusted_comment(const DocumentHead& head);

// The document, signed by one of the keys over just these bytes, whose trusted comment says the
// same as the document. Nothing of the bytes is looked at before the signature holds. Fails with
// database_invalid.
Result<SignedDocument> open_signed(std::string bytes, std::string_view signature,
                                   const std::vector<PublicKey>& keys);

}  // namespace netpoll_shim
