// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "database/decode.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// A document is a whole database as one JSON object, which is what is signed and distributed
// (docs/database-updates.md has its format).

// Above it a document is refused: no counter and no date comes there, and a serial that nothing
// can follow would be the last one.
constexpr std::uint64_t max_serial = 999'999'999'999;
constexpr std::size_t max_document_size = std::size_t{16} << 20U;
constexpr std::string_view document_algorithm = "minisign-ed25519-blake2b";

struct DocumentHead {
    std::uint64_t serial = 0;
    std::string expires;  // YYYY-MM-DD: from this day on, in UTC, it should have been replaced
};

class Document {
  public:
    // Fails with database_invalid: on what is no document, on one that asks for a newer command, on
    // file names that have no place in a database. What is in its files is looked at no further
    // than decode_files() will.
    static Result<Document> parse(std::string bytes);

    const DocumentHead& head() const { return contents_->head; }
    const std::string& bytes() const { return contents_->bytes; }

    // Its files, with names below `origin`: "updated-7/drivers/ena.toml". They are views into this
    // document and its copies; only one origin can be in use at a time.
    std::vector<DatabaseFile> files(const std::string& origin);

  private:
    struct File {
        std::string name;
        std::string_view text;
        std::string path;
    };
    struct Contents {
        std::string bytes;
        DocumentHead head;
        std::vector<File> files;
    };
    class Reader;

    std::shared_ptr<Contents> contents_ = std::make_shared<Contents>();
};

// Whether it is a day, as YYYY-MM-DD.
bool is_date(std::string_view text);
// The day it is now, in UTC.
std::string today();

// The document of these files, which must be a whole database without problems: the same bytes for
// the same content, in whatever notation, order and layout it is written.
Result<std::string> build_document(const std::vector<DatabaseFile>& files,
                                   const DocumentHead& head);

}  // namespace netpoll_shim
