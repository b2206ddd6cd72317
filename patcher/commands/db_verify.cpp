// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_verify.hpp"

#include <fmt/format.h>

#include "database/embedded.hpp"
#include "update/signed_document.hpp"
#include "update/trusted_keys.hpp"
#include "util/file.hpp"

namespace netpoll_shim {

namespace {

Result<TrustedKeys> keys_for(const DbVerifyOptions& options, const Root& root) {
    if (options.keys.empty()) {
        return trusted_keys(embedded_keys(), root);
    }
    TrustedKeys trusted;
    for (const std::string& path : options.keys) {
        auto key = read_file(path, max_signature_size).and_then([&](const std::string& text) {
            return parse_public_key(text, path);
        });
        if (!key) {
            return failure_in(path, std::move(key).error());
        }
        trusted.keys.push_back(*std::move(key));
    }
    return trusted;
}

}  // namespace

Result<DbVerifyReport> db_verify(const DbVerifyOptions& options, const Root& root) {
    auto trusted = keys_for(options, root);
    if (!trusted) {
        return tl::unexpected<Error>(std::move(trusted).error());
    }
    auto bytes = read_file(options.document, max_document_size);
    if (!bytes) {
        return tl::unexpected<Error>(std::move(bytes).error());
    }
    const auto signature =
        read_file(options.signature.value_or(options.document + ".minisig"), max_signature_size);
    if (!signature) {
        return failure(signature.error().message, "a document without a signature is none",
                       ExitCode::database_invalid);
    }
    auto opened = open_signed(*std::move(bytes), *signature, trusted->keys);
    if (!opened) {
        return failure_in(options.document, std::move(opened).error());
    }
    if (auto database = decode_database(opened->document.files(options.document)); !database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    DbVerifyReport report;
    report.document = options.document;
    report.head = opened->document.head();
    report.key = opened->key.name;
    report.key_id = key_id_text(opened->key.id);
    report.warnings = std::move(trusted->warnings);
    if (today() >= report.head.expires) {
        report.warnings.push_back(fmt::format("it expired on {}", report.head.expires));
    }
    return report;
}

}  // namespace netpoll_shim
