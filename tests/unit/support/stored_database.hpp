// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "database/files.hpp"
#include "support/fake_host.hpp"
#include "util/root.hpp"

namespace netpoll_shim::test {

// A database read from disk, for what takes the embedded one.
class StoredDatabase {
  public:
    explicit StoredDatabase(const std::string& folder);

    std::vector<DatabaseFile> files() const;

  private:
    StoredFiles stored_;
};

// A local file's driver that no database has.
constexpr const char* own_nic = R"(driver = "own_nic"
builtin_mode = "drain"
[[range]]
origin = "out-of-tree"
from = "1.0"
hook = false
class = "A"
evidence = ["read"]
)";

// tests/db/good.
StoredDatabase good_database();

// A folder that is gone with the object.
class TemporaryFolder {
  public:
    void write(const std::string& path, const std::string& text) const;
    std::string path(const std::string& path) const { return (root_.path() / path).string(); }
    Root root() const { return Root::open(root_.path()).value(); }

  private:
    TempDirectory root_;
};

}  // namespace netpoll_shim::test
