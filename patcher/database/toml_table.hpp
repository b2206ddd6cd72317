// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// Included by decode.cpp alone: toml++ is large, and nothing else shall depend on it.

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "database/database.hpp"
#include "database/decode.hpp"
#include "database/problem.hpp"
#include "database/toml.hpp"

namespace netpoll_shim {

// One file while it is read, and its problems.
struct TomlFile {
    std::string_view path;
    Notation notation = Notation::toml;
    std::vector<Problem>& problems;

    // `number` is that of the table, from 1; 0 the file's own.
    void complain(const toml::source_position& where, unsigned number, std::string message,
                  std::string hint = "see drivers-db/README.md for the format") {
        const bool has_lines = notation == Notation::toml;
        problems.push_back({has_lines ? std::string(path) : place(0, number),
                            has_lines ? where.line : 0, has_lines ? where.column : 0,
                            std::move(message), std::move(hint)});
    }

    // FILE:LINE; where there are no lines, FILE#NUMBER.
    std::string place(unsigned line, unsigned number) const {
        if (notation == Notation::toml) {
            return fmt::format("{}:{}", path, line);
        }
        return number == 0 ? std::string(path) : fmt::format("{}#{}", path, number);
    }
};

// A table of a file. Each read takes one key; finish() refuses the keys that nobody took: of what a
// person wrote they are slips of the pen, in JSON they are what later versions know. A value that
// is missing or of the wrong type is complained of, and read as an empty one. Only the first
// complaint of a key is kept: the next ones are its echo.
class TomlTable {
  public:
    // `number` is its place among those of its name, from 1; 0 for the whole file.
    TomlTable(const toml::table& table, TomlFile& file, unsigned number = 0)
        : table_(table), file_(file), number_(number) {}

    void complain(std::string_view key, std::string_view message) {
        if (bad_.emplace(key).second) {
            const toml::node* node = table_.get(key);
            file_.complain((node != nullptr ? node->source() : table_.source()).begin, number_,
                           fmt::format("{}: {}", key, message));
        }
    }

    // Whether nothing was wrong with these keys: what follows from a bad value is its echo, too.
    bool is_good(std::initializer_list<std::string_view> keys) const {
        return std::none_of(keys.begin(), keys.end(),
                            [&](std::string_view key) { return bad_.count(key) != 0; });
    }

    std::string source() const { return file_.place(table_.source().begin.line, number_); }

    std::optional<std::string> optional_text(std::string_view key) {
        const toml::node* node = take(key);
        if (node == nullptr) {
            return std::nullopt;
        }
        auto text = node->value_exact<std::string>();
        if (!text || is_blank(*text)) {
            complain(key, "expected a text that is not empty");
        }
        return text;
    }

    std::string text(std::string_view key) {
        auto value = optional_text(key);
        if (table_.get(key) == nullptr) {
            complain(key, "missing");
        }
        return value.value_or("");
    }

    // true, false or "unknown" (nothing).
    std::optional<bool> known_flag(std::string_view key) {
        const toml::node* node = take(key);
        const auto flag = node != nullptr ? node->value_exact<bool>() : std::nullopt;
        if (!flag && (node == nullptr || node->value_exact<std::string_view>() != "unknown")) {
            complain(key, "expected true, false or \"unknown\"");
        }
        return flag;
    }

    bool flag(std::string_view key) {
        const toml::node* node = take(key);
        if (node != nullptr && !node->is_boolean()) {
            complain(key, "expected true or false");
        }
        return node != nullptr && node->value_or(false);
    }

    // One of a few words; the first stands in for a bad one.
    template <typename T>
    T choice(std::string_view key, const std::vector<std::pair<std::string_view, T>>& words) {
        const std::string word = text(key);
        const auto found = std::find_if(words.begin(), words.end(),
                                        [&](const auto& entry) { return entry.first == word; });
        if (found == words.end()) {
            complain(key, fmt::format("'{}' is none of its values", word));
            return words.front().second;
        }
        return found->second;
    }

    std::vector<std::string> optional_texts(std::string_view key) {
        std::vector<std::string> texts;
        const toml::node* node = take(key);
        if (node == nullptr) {
            return texts;
        }
        const toml::array* array = node->as_array();
        if (array == nullptr || array->empty()) {
            complain(key, "expected a list of texts that is not empty");
            return texts;
        }
        for (const toml::node& element : *array) {
            texts.push_back(element.value_exact<std::string>().value_or(""));
            if (is_blank(texts.back())) {
                bad_.emplace(key);
                file_.complain(element.source().begin, number_,
                               fmt::format("{}: expected a text that is not empty", key));
            }
        }
        return texts;
    }

    std::vector<std::string> evidence() {
        auto texts = optional_texts("evidence");
        if (table_.get("evidence") == nullptr) {
            complain("evidence", "expected a list of sources");
        }
        return texts;
    }

    VersionRange versions() {
        VersionRange range;
        range.from = version("from", text("from"));
        if (const auto before = optional_text("before")) {
            range.before = version("before", *before);
            if (is_good({"from", "before"}) && *range.before <= range.from) {
                complain("before", "not above from");
            }
        }
        return range;
    }

    // The tables of an array [[key]], which must have at least one.
    std::vector<TomlTable> tables(std::string_view key) {
        std::vector<TomlTable> elements;
        const toml::node* node = take(key);
        const toml::array* array = node != nullptr ? node->as_array() : nullptr;
        if (array == nullptr || array->empty() || !array->is_homogeneous<toml::table>()) {
            complain(key, fmt::format("expected at least one [[{}]]", key));
            return elements;
        }
        for (const toml::node& element : *array) {
            elements.emplace_back(*element.as_table(), file_,
                                  static_cast<unsigned>(elements.size()) + 1);
        }
        return elements;
    }

    void finish() {
        if (file_.notation == Notation::json) {
            return;
        }
        for (const auto& [key, node] : table_) {
            if (taken_.count(key.str()) == 0) {
                complain(key.str(), "unknown key");
            }
        }
    }

  private:
    static bool is_blank(std::string_view text) {
        return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    }

    const toml::node* take(std::string_view key) {
        taken_.insert(key);
        return table_.get(key);
    }

    Version version(std::string_view key, const std::string& text) {
        auto parsed = Version::parse(text);
        if (!parsed) {
            complain(key, parsed.error().message);
            return {};
        }
        return *std::move(parsed);
    }

    const toml::table& table_;
    TomlFile& file_;
    unsigned number_;
    std::set<std::string_view> taken_;
    std::set<std::string, std::less<>> bad_;
};

}  // namespace netpoll_shim
