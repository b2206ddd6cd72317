// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/stored_database.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace netpoll_shim::test {

StoredDatabase::StoredDatabase(const std::string& folder) {
    auto stored = read_database_files(folder);
    if (!stored) {
        throw std::runtime_error(stored.error().message);
    }
    stored_ = *std::move(stored);
}

std::vector<DatabaseFile> StoredDatabase::files() const {
    std::vector<DatabaseFile> files;
    for (const StoredFile& file : stored_.files) {
        files.push_back({file.path, file.text});
    }
    return files;
}

StoredDatabase good_database() {
    return StoredDatabase(std::string(SOURCE_DIR) + "/tests/db/good");
}

void TemporaryFolder::write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = root_.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

}  // namespace netpoll_shim::test
