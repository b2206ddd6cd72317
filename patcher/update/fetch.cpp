// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/fetch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "database/document.hpp"
#include "signature/signature.hpp"
#include "util/file.hpp"
#include "util/write_file.hpp"

namespace netpoll_shim {

namespace fs = std::filesystem;

namespace {

constexpr auto document_name = "drivers-db.json";
constexpr std::string_view signature_suffix = ".minisig";

tl::unexpected<Error> too_large(const std::string& what, std::size_t limit) {
    return failure(fmt::format("{} is larger than {} KiB", what, limit >> 10U), "",
                   ExitCode::database_invalid);
}

Result<std::string> read_part(const fs::path& path, std::size_t limit, ExitCode if_missing) {
    const auto no_file = [&] {
        return failure(fmt::format("{} is no regular file", path.string()), "",
                       ExitCode::database_invalid);
    };
    // To open a device can do something already.
    std::error_code error;
    if (const auto kind = fs::status(path, error); fs::exists(kind) && !fs::is_regular_file(kind)) {
        return no_file();
    }
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) {
        const bool is_missing = errno == ENOENT;
        Error unread = errno_failure("cannot read " + path.string()).value();
        if (is_missing) {
            unread.exit_code = if_missing;
        }
        return tl::unexpected<Error>(std::move(unread));
    }
    struct stat status {};
    if (fstat(file.get(), &status) != 0) {
        return errno_failure("cannot read " + path.string());
    }
    if (!S_ISREG(status.st_mode)) {
        return no_file();
    }
    if (static_cast<std::size_t>(status.st_size) > limit) {
        return too_large(path.string(), limit);
    }
    return read_open_file(file, path.string(), limit);
}

Result<Fetched> from_parts(const std::string& origin, bool is_online, Result<std::string> document,
                           const std::function<Result<std::string>()>& read_signature) {
    if (!document) {
        return tl::unexpected<Error>(std::move(document).error());
    }
    auto signature = read_signature();
    if (!signature) {
        return tl::unexpected<Error>(std::move(signature).error());
    }
    return Fetched{*std::move(document), *std::move(signature), origin, is_online};
}

Result<Fetched> fetch_from(const UrlSource& source, const UrlReader& read_url) {
    const std::string url = source.url.ends_with('/') ? source.url + document_name : source.url;
    return from_parts(source.url, true, read_url(source, url, max_document_size), [&] {
        return read_url(source, url + std::string(signature_suffix), max_signature_size)
            .map_error([](Error error) {
                // The document was there: one without a signature is none.
                error.exit_code = ExitCode::database_invalid;
                return error;
            });
    });
}

Result<Fetched> fetch_from(const FileSource& source, const UrlReader& /*read_url*/) {
    std::error_code error;
    const fs::path path =
        fs::is_directory(source.path, error) ? source.path / document_name : source.path;
    return from_parts(source.path.string(), false,
                      read_part(path, max_document_size, ExitCode::failed), [&] {
                          return read_part(path.string() + std::string(signature_suffix),
                                           max_signature_size, ExitCode::database_invalid);
                      });
}

Result<Fetched> fetch_from(const StreamSource& source, const UrlReader& /*read_url*/) {
    std::string all;
    std::array<char, 64 << 10> buffer{};
    while (true) {
        const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return errno_failure("cannot read the standard input");
        }
        if (count == 0) {
            break;
        }
        all.append(buffer.data(), static_cast<std::size_t>(count));
        if (all.size() > max_document_size + max_signature_size) {
            return too_large("the standard input", max_document_size + max_signature_size);
        }
    }
    const auto end = all.find('\n');
    if (end == std::string::npos) {
        return failure("there is no signature on the standard input",
                       "cat drivers-db.json drivers-db.json.minisig | netpoll-shim db update "
                       "--from -",
                       ExitCode::database_invalid);
    }
    return Fetched{all.substr(0, end + 1), all.substr(end + 1), source_text(source), false};
}

}  // namespace

Result<Fetched> fetch(const Source& source, const UrlReader& read_url) {
    return std::visit([&](const auto& kind) { return fetch_from(kind, read_url); }, source);
}

}  // namespace netpoll_shim
