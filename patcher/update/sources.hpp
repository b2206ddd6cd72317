// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "util/result.hpp"
#include "util/root.hpp"

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

constexpr auto sources_folder = "/etc/netpoll-shim/sources.d";

// The *.conf files of that folder in a root, TOML each:
//
//   url = "https://mirror.example/netpoll-shim/"
//   ca = "/etc/ssl/own.pem"                        # optional, of a url
//   enabled = false                                # optional
//
// or directory = "/srv/db", or file = "/srv/db.json", in place of the url.
ConfiguredSources read_sources(const Root& root);

}  // namespace netpoll_shim
