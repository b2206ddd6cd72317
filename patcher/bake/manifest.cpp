// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace netpoll_shim {

namespace {

using Json = nlohmann::ordered_json;

constexpr int manifest_schema = 1;
constexpr std::size_t max_manifest_size = std::size_t{64} << 20U;

constexpr std::array<std::pair<Node::Kind, const char*>, 5> kind_names = {{
    {Node::Kind::absent, "absent"},
    {Node::Kind::file, "file"},
    {Node::Kind::link, "link"},
    {Node::Kind::directory, "directory"},
    {Node::Kind::other, "other"},
}};

Json to_json(const timespec& time) {
    return Json::array({time.tv_sec, time.tv_nsec});
}

timespec time_of(const Json& json) {
    return {json.at(0).get<time_t>(), json.at(1).get<long>()};
}

Json to_json(const Node& node) {
    if (!node.is_there()) {
        return nullptr;
    }
    const auto* name = std::find_if(kind_names.begin(), kind_names.end(),
                                    [&](const auto& entry) { return entry.first == node.kind; });
    return {{"kind", name->second},
            {"mode", fmt::format("{:04o}", node.mode)},
            {"uid", node.uid},
            {"gid", node.gid},
            {"mtime", to_json(node.mtime)},
            {node.kind == Node::Kind::link ? "target" : "sha256", node.content}};
}

Node node_of(const Json& json) {
    Node node;
    if (json.is_null()) {
        return node;
    }
    const auto kind = json.at("kind").get<std::string>();
    node.kind = kind == "link" ? Node::Kind::link : Node::Kind::file;
    node.mode = static_cast<mode_t>(std::stoul(json.at("mode").get<std::string>(), nullptr, 8));
    node.uid = json.at("uid").get<uid_t>();
    node.gid = json.at("gid").get<gid_t>();
    node.mtime = time_of(json.at("mtime"));
    node.content = json.at(node.kind == Node::Kind::link ? "target" : "sha256").get<std::string>();
    return node;
}

Json to_json(const ManifestEntry& entry) {
    return {{"path", entry.path},
            {"made_by", entry.made_by},
            {"release", entry.release},
            {"now", to_json(entry.now)},
            {"original", to_json(entry.original)}};
}

ManifestEntry entry_of(const Json& json) {
    return {json.at("path").get<std::string>(), json.at("made_by").get<std::string>(),
            json.at("release").get<std::string>(), node_of(json.at("now")),
            node_of(json.at("original"))};
}

Json to_json(const ManifestDirectory& directory) {
    return {{"path", directory.path},
            {"created", directory.is_created},
            {"mtime", to_json(directory.mtime)}};
}

ManifestDirectory directory_of(const Json& json) {
    return {json.at("path").get<std::string>(), json.at("created").get<bool>(),
            time_of(json.at("mtime"))};
}

Manifest manifest_of(const Json& json) {
    Manifest manifest;
    manifest.is_complete = json.at("state").get<std::string>() == "complete";
    manifest.version = json.at("version").get<std::string>();
    manifest.baked = time_of(json.at("baked"));
    manifest.kernels = json.at("kernels").get<std::vector<std::string>>();
    for (const Json& directory : json.at("directories")) {
        manifest.directories.push_back(directory_of(directory));
    }
    for (const Json& entry : json.at("entries")) {
        manifest.entries.push_back(entry_of(entry));
    }
    return manifest;
}

}  // namespace

const ManifestEntry* Manifest::find(const std::string& path) const {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const auto& entry) { return entry.path == path; });
    return found == entries.end() ? nullptr : &*found;
}

std::string to_json(const Manifest& manifest) {
    Json directories = Json::array();
    for (const ManifestDirectory& directory : manifest.directories) {
        directories.push_back(to_json(directory));
    }
    Json entries = Json::array();
    for (const ManifestEntry& entry : manifest.entries) {
        entries.push_back(to_json(entry));
    }
    const Json json = {{"schema", manifest_schema},
                       {"state", manifest.is_complete ? "complete" : "interrupted"},
                       {"version", manifest.version},
                       {"baked", to_json(manifest.baked)},
                       {"kernels", manifest.kernels},
                       {"directories", std::move(directories)},
                       {"entries", std::move(entries)}};
    // Names of files may be no UTF-8: those bytes cannot be kept, and no tool makes such names.
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Manifest> parse_manifest(const std::string& text) {
    const auto damaged = [](const std::string& why) {
        return failure(fmt::format("{}: {}", manifest_path, why),
                       "this image was baked by another version, or the file is damaged");
    };
    try {
        const Json json = Json::parse(text);
        if (const int schema = json.at("schema").get<int>(); schema != manifest_schema) {
            return damaged(fmt::format("schema {} is not known", schema));
        }
        return manifest_of(json);
    } catch (const std::exception& error) {
        return damaged(error.what());
    }
}

Result<std::optional<Manifest>> load_manifest(const Root& root) {
    const auto node = root.spot(manifest_path);
    if (!node || !root.has_file(manifest_path)) {
        return std::nullopt;
    }
    auto text = root.read(manifest_path, max_manifest_size);
    if (!text) {
        return tl::unexpected<Error>(std::move(text).error());
    }
    auto manifest = parse_manifest(*text);
    if (!manifest) {
        return tl::unexpected<Error>(std::move(manifest).error());
    }
    return std::optional(*std::move(manifest));
}

}  // namespace netpoll_shim
