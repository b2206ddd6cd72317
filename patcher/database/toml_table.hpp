// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// Included by decode.cpp alone: toml++ is large, and nothing else shall depend on it.

#include <fmt/format.h>

#define TOML_EXCEPTIONS 0
// Some of its assertions fail on bad input ("[." for one), which it then refuses in good order.
// With NDEBUG it would have clang take them for granted.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "database/database.hpp"
#include "database/problem.hpp"

namespace netpoll_shim {

// One file while it is read, and its problems.
struct TomlFile {
    std::string_view path;
    std::vector<Problem>& problems;

    void complain(const toml::source_region& where, std::string message,
                  std::string hint = "see drivers-db/README.md for the format") {
        problems.push_back({std::string(path), where.begin.line, where.begin.column,
                            std::move(message), std::move(hint)});
    }
};

// A table of a file. Each read takes one key; finish() refuses the keys that nobody took. A value
// that is missing or of the wrong type is complained of, and read as an empty one. Only the first
// complaint of a key is kept: the next ones are its echo.
class TomlTable {
  public:
    TomlTable(const toml::table& table, TomlFile& file) : table_(table), file_(file) {}

    void complain(std::string_view key, std::string_view message) {
        if (bad_.emplace(key).second) {
            const toml::node* node = table_.get(key);
            file_.complain(node != nullptr ? node->source() : table_.source(),
                           fmt::format("{}: {}", key, message));
        }
    }

    // Whether nothing was wrong with these keys: what follows from a bad value is its echo, too.
    bool is_good(std::initializer_list<std::string_view> keys) const {
        return std::none_of(keys.begin(), keys.end(),
                            [&](std::string_view key) { return bad_.count(key) != 0; });
    }

    std::string source() const {
        return fmt::format("{}:{}", file_.path, table_.source().begin.line);
    }

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
                file_.complain(element.source(),
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
            elements.emplace_back(*element.as_table(), file_);
        }
        return elements;
    }

    void finish() {
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
    std::set<std::string_view> taken_;
    std::set<std::string, std::less<>> bad_;
};

}  // namespace netpoll_shim
