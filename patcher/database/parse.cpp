// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/parse.hpp"

#include <simdjson.h>

#include "database/toml_hazard.hpp"

namespace netpoll_shim {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t max_depth = 16;

// JSON as toml++ has it.
class Converter {
  public:
    toml::table table(dom::object values) {
        toml::table table;
        for (const auto& [key, value] : values) {
            const std::string_view name = key;
            convert(value, [&](auto node) {
                is_ambiguous_ = !table.insert(name, std::move(node)).second || is_ambiguous_;
            });
        }
        return table;
    }

    // Whether a key was there twice: readers differ in which one they take.
    bool is_ambiguous() const { return is_ambiguous_; }

  private:
    toml::array array(dom::array values) {
        toml::array array;
        for (const dom::element value : values) {
            convert(value, [&](auto node) { array.push_back(std::move(node)); });
        }
        return array;
    }

    // null, for which toml++ has no type, is as good as absent.
    template <typename Add>
    void convert(dom::element value, const Add& add) {
        if (dom::object object; value.get(object) == simdjson::SUCCESS) {
            add(table(object));
        } else if (dom::array values; value.get(values) == simdjson::SUCCESS) {
            add(array(values));
        } else if (std::string_view text; value.get(text) == simdjson::SUCCESS) {
            add(std::string(text));
        } else if (bool flag = false; value.get(flag) == simdjson::SUCCESS) {
            add(flag);
        } else if (std::int64_t number = 0; value.get(number) == simdjson::SUCCESS) {
            add(number);
        } else if (double number = 0; value.get(number) == simdjson::SUCCESS) {
            add(number);
        }
    }

    bool is_ambiguous_ = false;
};

tl::unexpected<ParseProblem> problem(unsigned line, unsigned column, std::string_view message,
                                     std::string_view hint) {
    return tl::unexpected<ParseProblem>(
        ParseProblem{line, column, std::string(message), std::string(hint)});
}

tl::expected<toml::table, ParseProblem> parse_json(std::string_view text) {
    dom::parser parser;
    if (const auto error = parser.allocate(text.size(), max_depth); error != simdjson::SUCCESS) {
        return problem(0, 0, simdjson::error_message(error), "");
    }
    dom::object root;
    // Copied by the parser: it reads beyond the end.
    if (const auto error = parser.parse(text.data(), text.size(), true).get(root);
        error != simdjson::SUCCESS) {
        return problem(0, 0, simdjson::error_message(error), "the file is no JSON object");
    }
    Converter converter;
    auto table = converter.table(root);
    if (converter.is_ambiguous()) {
        return problem(0, 0, "a key is there twice", "");
    }
    return table;
}

tl::expected<toml::table, ParseProblem> parse_toml(const DatabaseFile& file) {
    if (const auto hazard = find_toml_hazard(file.text)) {
        return problem(hazard->line, 1, hazard->message, "no database file has that");
    }
    toml::parse_result parsed = toml::parse(file.text, file.path);
    if (!parsed) {
        const toml::source_position where = parsed.error().source().begin;
        return problem(where.line, where.column, parsed.error().description(),
                       "the file is not TOML");
    }
    return std::move(parsed).table();
}

}  // namespace

tl::expected<toml::table, ParseProblem> parse_table(const DatabaseFile& file) {
    return file.notation == Notation::json ? parse_json(file.text) : parse_toml(file);
}

}  // namespace netpoll_shim
