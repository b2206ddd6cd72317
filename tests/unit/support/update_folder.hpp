// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "commands/db_update.hpp"
#include "support/signing.hpp"
#include "support/stored_database.hpp"

namespace netpoll_shim::test {

constexpr auto far_day = "2099-01-31";

// A root that can be updated, and a mirror's folder with what it offers. The command's own database
// is tests/db/good with serial 1.
class UpdateFolder {
  public:
    UpdateFolder();

    // Puts a document with this serial into the folder "mirror", signed by the trusted key.
    void offer(std::uint64_t serial, const std::string& expires = far_day) const;
    // The same with any content; the signature is over it.
    void offer_bytes(const std::string& bytes, const std::string& comment) const;
    std::string document(std::uint64_t serial, const std::string& expires = far_day) const;

    // Updates from the mirror, or from somewhere else in this folder.
    Result<DbUpdateReport> update(const std::string& from = "mirror") const;
    Result<DbUpdateReport> update_from_sources() const;

    // The serial in force; 1 is the command's own.
    std::uint64_t serial() const;
    LayeredDatabase layers() const;

    // Every file and link of the root with its content, but for the lock.
    std::map<std::string, std::string> snapshot() const;

    UpdateWorld world() const;
    Root root() const { return Root::open(path("root")).value(); }
    std::string path(const std::string& name) const { return folder_.path(name); }
    const TemporaryFolder& folder() const { return folder_; }

    const KeyPair key{1};
    std::uint64_t shipped_serial = 1;

  private:
    StoredDatabase shipped_ = good_database();
    std::string pub_file_ = key.pub_file();
    TemporaryFolder folder_;
};

// The trusted comment for it.
std::string comment_for(std::uint64_t serial, const std::string& expires = far_day);

}  // namespace netpoll_shim::test
