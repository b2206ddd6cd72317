// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "database/document.hpp"
#include "database/parse.hpp"

namespace netpoll_shim {

namespace {

// Its objects are sorted by their keys' bytes: what makes the document canonical.
using Json = nlohmann::json;

Json to_json(const toml::node& node);

Json to_json(const toml::table& table) {
    Json json = Json::object();
    for (const auto& [key, value] : table) {
        json[std::string(key.str())] = to_json(value);
    }
    return json;
}

// Nothing but texts, flags and tables passes the decoder.
Json to_json(const toml::node& node) {
    if (const toml::table* table = node.as_table()) {
        return to_json(*table);
    }
    if (const toml::array* array = node.as_array()) {
        Json json = Json::array();
        for (const toml::node& element : *array) {
            json.push_back(to_json(element));
        }
        return json;
    }
    if (const auto flag = node.value_exact<bool>()) {
        return *flag;
    }
    return node.value_or(std::string());
}

}  // namespace

Result<std::string> build_document(const std::vector<DatabaseFile>& files,
                                   const DocumentHead& head) {
    if (auto database = decode_database(files); !database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    Json tables = Json::object();
    for (const DatabaseFile& file : files) {
        const auto table = parse_table(file);
        const std::string place = place_of(file.path);
        if (!table || tables.contains(place)) {
            return failure(fmt::format("{}: {} is there twice", file.path, place), "",
                           ExitCode::database_invalid);
        }
        tables[place] = to_json(*table);
    }
    const Json document = {{"algorithm", document_algorithm},
                           {"expires", head.expires},
                           {"files", std::move(tables)},
                           {"requires", Json::array()},
                           {"schema", 1},
                           {"serial", head.serial}};
    std::string bytes = document.dump() + "\n";
    // What it promises, it must keep itself.
    if (auto parsed = Document::parse(bytes); !parsed) {
        return tl::unexpected<Error>(std::move(parsed).error());
    }
    return bytes;
}

}  // namespace netpoll_shim
