// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_sign.hpp"

#include <fmt/format.h>

#include "database/document.hpp"
#include "signature/signature.hpp"
#include "update/signed_document.hpp"
#include "util/file.hpp"
#include "util/write_file.hpp"

namespace netpoll_shim {

namespace {

constexpr std::size_t max_key_size = std::size_t{64} << 10U;

Result<SecretKey> read_secret_key(const std::string& path, const PasswordReader& read_password) {
    const auto text = read_file(path, max_key_size);
    if (!text) {
        return tl::unexpected<Error>(text.error());
    }
    const auto encrypted = is_encrypted(*text);
    if (!encrypted) {
        return failure_in(path, encrypted.error());
    }
    std::string password;
    if (*encrypted) {
        auto typed = read_password(fmt::format("password of {}: ", path));
        if (!typed) {
            return tl::unexpected<Error>(std::move(typed).error());
        }
        password = *std::move(typed);
    }
    auto key = parse_secret_key(*text, password);
    if (!key) {
        return failure_in(path, std::move(key).error());
    }
    return key;
}

}  // namespace

Result<DbSignReport> db_sign(const DbSignOptions& options, const PasswordReader& read_password) {
    const auto document = read_file(options.document, max_document_size).and_then(Document::parse);
    if (!document) {
        return failure_in(options.document, document.error());
    }
    DbSignReport report;
    report.output = options.output.value_or(options.document + ".minisig");
    report.trusted_comment = trusted_comment(document->head());
    std::string signatures;
    for (const std::string& path : options.keys) {
        const auto key = read_secret_key(path, read_password);
        if (!key) {
            return tl::unexpected<Error>(key.error());
        }
        const auto signature = sign(document->bytes(), *key, report.trusted_comment);
        if (!signature) {
            return tl::unexpected<Error>(signature.error());
        }
        signatures += *signature;
        report.key_ids.push_back(key_id_text(key->id));
    }
    if (auto written = replace_file(report.output, signatures); !written) {
        return tl::unexpected<Error>(std::move(written).error());
    }
    return report;
}

}  // namespace netpoll_shim
