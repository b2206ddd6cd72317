// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/sources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "database/parse.hpp"
#include "util/config_files.hpp"

namespace netpoll_shim {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_file_size = std::size_t{64} << 10U;
constexpr std::string_view https = "https://";

Result<Source> url_source(const std::string& url, std::optional<std::string> ca_file) {
    // What a URL cannot have, and what curl would take for a pattern or an option of its own.
    const bool is_plain = std::all_of(url.begin(), url.end(), [](char character) {
        return character > ' ' && character < '\x7f' &&
               std::string_view("{}[]\\\"<>^`|").find(character) == std::string_view::npos;
    });
    if (!url.starts_with(https) || url.size() == https.size() || !is_plain) {
        return failure(fmt::format("'{}' is no https URL", url), "https://HOST/PATH/",
                       ExitCode::usage);
    }
    return UrlSource{url, std::move(ca_file)};
}

// What a root that is not the host's means by a path.
std::string seen_from_here(const Root& root, const std::string& path) {
    if (root.directory() == "/") {
        return path;
    }
    return root.directory() + "/" + root.resolve(path).value_or(path);
}

// One of the three keys, and nothing that does not belong to it.
Result<Source> decode(const Root& root, const toml::table& table) {
    for (const auto& [key, value] : table) {
        const std::string_view name = key;
        if (name == "enabled"
                ? !value.is_boolean()
                : (name != "url" && name != "ca" && name != "directory" && name != "file") ||
                      !value.is_string()) {
            return failure(fmt::format("{}: no such key, or of another type", name),
                           "url, directory or file, ca, enabled");
        }
    }
    const auto text = [&](const char* key) { return table[key].value<std::string>(); };
    const auto url = text("url");
    const auto directory = text("directory");
    const auto file = text("file");
    if (url.has_value() + directory.has_value() + file.has_value() != 1 || (text("ca") && !url)) {
        return failure("not one of url, directory and file");
    }
    if (url) {
        const auto ca_file = text("ca");
        return url_source(*url, ca_file ? std::optional(seen_from_here(root, *ca_file)) : ca_file);
    }
    const fs::path path = directory ? *directory : file.value_or("");
    if (!path.is_absolute()) {
        return failure(fmt::format("{} is no absolute path", path.string()));
    }
    return FileSource{seen_from_here(root, path.string())};
}

// Nothing: it is disabled.
Result<std::optional<Source>> read_source(const Root& root, const std::string& path) {
    const auto text = root.read(path, max_file_size);
    if (!text) {
        return tl::unexpected<Error>(text.error());
    }
    const auto table = parse_table({path, *text});
    if (!table) {
        return failure(fmt::format("{}:{}:{}: {}", path, table.error().line, table.error().column,
                                   table.error().message));
    }
    auto source = decode(root, *table);
    if (!source) {
        return failure_in(path, std::move(source).error());
    }
    return (*table)["enabled"].value_or(true) ? std::optional(*std::move(source)) : std::nullopt;
}

}  // namespace

std::string source_text(const Source& source) {
    if (const auto* url = std::get_if<UrlSource>(&source)) {
        return url->url;
    }
    const auto* file = std::get_if<FileSource>(&source);
    return file != nullptr ? file->path.string() : "the standard input";
}

Result<Source> parse_source(const std::string& text) {
    if (text == "-") {
        return StreamSource{};
    }
    if (text.find("://") != std::string::npos) {
        return url_source(text, std::nullopt);
    }
    return FileSource{text};
}

ConfiguredSources read_sources(const Root& root) {
    ConfiguredSources configured;
    for (const std::string& path :
         config_files(root, sources_folder, {".conf"}, configured.warnings)) {
        auto source = read_source(root, path);
        if (!source) {
            configured.warnings.push_back(source.error().message);
        } else if (std::optional<Source>& enabled = *source; enabled) {
            configured.sources.push_back(*std::move(enabled));
        }
    }
    return configured;
}

}  // namespace netpoll_shim
