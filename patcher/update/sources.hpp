// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "util/result.hpp"

namespace netpoll_shim {

// Where documents come from.

// https alone. A URL that ends with a slash has the document drivers-db.json; the signature's is
// that of the document and ".minisig".
struct UrlSource {
    std::string url;
    std::optional<std::string> ca_file;  // certificates to trust instead of the system's
};

struct FileSource {
    std::filesystem::path path;  // a document, or a folder that has drivers-db.json
};

// The standard input: the document, which is one line, and its signature behind it.
struct StreamSource {};

using Source = std::variant<UrlSource, FileSource, StreamSource>;

// For people: the URL, the path, "the standard input".
std::string source_text(const Source& source);

// What --from means.
Result<Source> parse_source(const std::string& text);

struct ConfiguredSources {
    std::vector<Source> sources;        // enabled ones, by the names of their files
    std::vector<std::string> warnings;  // of files that say something else
};

// The *.conf files of a folder, TOML each:
//
//   url = "https://mirror.example/netpoll-shim/"   or directory = "/srv/db", or file =
//   "/srv/db.json" ca = "/etc/ssl/own.pem"                        optional, of a url enabled =
//   false                                optional
ConfiguredSources read_sources(const std::filesystem::path& folder);

}  // namespace netpoll_shim
