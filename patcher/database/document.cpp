// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/document.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <set>

namespace netpoll_shim {

namespace {

namespace json = simdjson::ondemand;

tl::unexpected<Error> invalid(std::string message, std::string hint = {}) {
    return failure("the database document is invalid: " + std::move(message), std::move(hint),
                   ExitCode::database_invalid);
}

tl::unexpected<Error> needs_newer(std::string_view why, std::string_view version) {
    return failure(fmt::format("the database needs netpoll-shim {}: {}", version, why),
                   "update the command; the database that is there stays",
                   ExitCode::database_invalid);
}

bool is_plain(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') ||
           std::string_view("-_.+").find(character) != std::string_view::npos;
}

// A path without tricks: no "..", nothing hidden or absolute, nothing to be quoted.
bool is_plain_path(std::string_view path) {
    constexpr std::size_t longest = 128;
    if (path.empty() || path.size() > longest) {
        return false;
    }
    bool begins = true;
    for (const char character : path) {
        if (begins ? (character == '.' || !is_plain(character))
                   : (character != '/' && !is_plain(character))) {
            return false;
        }
        begins = character == '/';
    }
    return !begins;
}

// What this version reads; a later one may have more.
bool is_known_place(std::string_view path) {
    const std::string place = place_of("database/" + std::string(path));
    return place == path && place.ends_with(".toml");
}

// Of a document made for a later command.
struct Requirement {
    std::string feature;
    std::string version;
};

}  // namespace

// Walks the document once. What is wrong is kept until all is read: that a newer command is needed
// explains anything else.
class Document::Reader {
  public:
    explicit Reader(Contents& contents) : contents_(contents) {}

    Result<void> read() {
        // The parser reads beyond the end.
        contents_.bytes.reserve(contents_.bytes.size() + simdjson::SIMDJSON_PADDING);
        json::document document;
        json::object root;
        auto error = parser_.iterate(contents_.bytes).get(document);
        error = error != simdjson::SUCCESS ? error : document.get_object().get(root);
        if (error != simdjson::SUCCESS) {
            return invalid(simdjson::error_message(error));
        }
        each(root, [this](std::string_view key, json::value value) { take(key, value); });
        if (problem_.empty() && document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
            problem_ = "something follows the document";
        }
        return conclude();
    }

  private:
    void complain(std::string message) {
        if (problem_.empty()) {
            problem_ = std::move(message);
        }
    }

    // A value that is read wrong leaves the walk nowhere: it ends with the first error.
    bool read_well(simdjson::error_code error, std::string_view what) {
        if (error != simdjson::SUCCESS) {
            is_broken_ = true;
            complain(fmt::format("{}: {}", what, simdjson::error_message(error)));
        }
        return error == simdjson::SUCCESS;
    }

    template <typename Take>
    void each(json::object& object, const Take& take) {
        std::set<std::string> seen;
        for (auto field : object) {
            std::string_view key;
            json::value value;
            if (!read_well(field.unescaped_key().get(key), "a key") ||
                !read_well(field.value().get(value), key)) {
                return;
            }
            if (!seen.emplace(key).second) {
                complain(fmt::format("{} is there twice", key));
            }
            take(key, value);
            if (is_broken_) {
                return;
            }
        }
    }

    std::string text(std::string_view key, json::value value) {
        std::string_view text;
        read_well(value.get_string().get(text), key);
        return std::string(text);
    }

    void take(std::string_view key, json::value value) {
        if (key == "schema") {
            read_well(value.get_uint64().get(schema_), key);
        } else if (key == "serial") {
            read_well(value.get_uint64().get(contents_.head.serial), key);
        } else if (key == "expires") {
            contents_.head.expires = text(key, value);
        } else if (key == "algorithm") {
            algorithm_ = text(key, value);
        } else if (key == "requires") {
            take_requirements(value);
        } else if (key == "files") {
            take_files(value);
        }
    }

    void take_requirements(json::value value) {
        json::array list;
        if (!read_well(value.get_array().get(list), "requires")) {
            return;
        }
        for (auto element : list) {
            json::object object;
            if (!read_well(element.get_object().get(object), "requires")) {
                return;
            }
            Requirement requirement;
            each(object, [&](std::string_view key, json::value field) {
                if (key == "feature") {
                    requirement.feature = text(key, field);
                } else if (key == "version") {
                    requirement.version = text(key, field);
                }
            });
            if (is_broken_) {
                return;
            }
            requirements_.push_back(std::move(requirement));
        }
    }

    void take_files(json::value value) {
        json::object object;
        if (!read_well(value.get_object().get(object), "files")) {
            return;
        }
        each(object, [this](std::string_view name, json::value file) {
            json::object table;
            std::string_view slice;
            if (!read_well(file.get_object().get(table), name) ||
                !read_well(table.raw_json().get(slice), name)) {
                return;
            }
            if (!is_plain_path(name)) {
                complain(fmt::format("'{}' is no name for a file of a database", name));
            } else if (is_known_place(name)) {
                contents_.files.push_back({std::string(name), slice, ""});
            }
        });
    }

    Result<void> conclude() {
        constexpr std::uint64_t known_schema = 1;
        if (schema_ && schema_ > known_schema) {
            return needs_newer(fmt::format("it is written in schema {}, this command reads {}",
                                           schema_, known_schema),
                               "in a newer version");
        }
        if (!requirements_.empty()) {
            // None is known yet.
            const Requirement& first = requirements_.front();
            return needs_newer(fmt::format("it uses {}", first.feature),
                               first.version + " or newer");
        }
        if (!problem_.empty()) {
            return invalid(problem_);
        }
        if (schema_ == 0) {
            return invalid("no schema");
        }
        if (algorithm_ != document_algorithm) {
            return invalid(
                fmt::format("its algorithm is '{}', not {}", algorithm_, document_algorithm));
        }
        const DocumentHead& head = contents_.head;
        if (head.serial == 0 || head.serial > max_serial) {
            return invalid(fmt::format("its serial is not from 1 to {}", max_serial));
        }
        if (!is_date(head.expires)) {
            return invalid(fmt::format("it expires on '{}', not YYYY-MM-DD", head.expires));
        }
        const auto& files = contents_.files;
        if (std::none_of(files.begin(), files.end(),
                         [](const File& file) { return file.name.starts_with("kernels/"); })) {
            return invalid("it has no kernel families", "it must be a whole database");
        }
        return {};
    }

    Contents& contents_;
    json::parser parser_;
    std::uint64_t schema_ = 0;
    std::string algorithm_;
    std::vector<Requirement> requirements_;
    std::string problem_;
    bool is_broken_ = false;
};

Result<Document> Document::parse(std::string bytes) {
    if (bytes.size() > max_document_size) {
        return invalid(fmt::format("larger than {} MiB", max_document_size >> 20U));
    }
    Document document;
    document.contents_->bytes = std::move(bytes);
    if (auto read = Reader(*document.contents_).read(); !read) {
        return tl::unexpected<Error>(std::move(read).error());
    }
    return document;
}

std::vector<DatabaseFile> Document::files(const std::string& origin) {
    std::vector<DatabaseFile> files;
    files.reserve(contents_->files.size());
    for (File& file : contents_->files) {
        file.path = origin + "/" + file.name;
        files.push_back({file.path, file.text, Notation::json});
    }
    return files;
}

bool is_date(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00";
    if (text.size() != shape.size()) {
        return false;
    }
    for (std::size_t at = 0; at < text.size(); at++) {
        const bool is_digit = text[at] >= '0' && text[at] <= '9';
        if (shape[at] == '0' ? !is_digit : text[at] != shape[at]) {
            return false;
        }
    }
    const auto number = [&](std::size_t from, std::size_t length) {
        return std::stoi(std::string(text.substr(from, length)));
    };
    return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                       std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                       std::chrono::day(static_cast<unsigned>(number(8, 2))))
        .ok();
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm day{};
    gmtime_r(&now, &day);
    return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

}  // namespace netpoll_shim
