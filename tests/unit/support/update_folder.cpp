// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/update_folder.hpp"

#include <filesystem>
#include <stdexcept>

#include "update/signed_document.hpp"
#include "util/file.hpp"

namespace netpoll_shim::test {

namespace fs = std::filesystem;

UpdateFolder::UpdateFolder() {
    fs::create_directories(path("root"));
}

std::string UpdateFolder::document(std::uint64_t serial, const std::string& expires) const {
    std::vector<DatabaseFile> files = shipped_.files();
    // Something of its own: two serials never have the same content.
    const std::string own = "[[driver]]\ndriver = \"of serial " + std::to_string(serial) +
                            "\"\nevidence = [\"made up\"]\n";
    for (DatabaseFile& file : files) {
        if (place_of(file.path) == "compares-ops.toml") {
            file.text = own;
        }
    }
    return build_document(files, {serial, expires}).value();
}

void UpdateFolder::offer(std::uint64_t serial, const std::string& expires) const {
    offer_bytes(document(serial, expires), comment_for(serial, expires));
}

void UpdateFolder::offer_bytes(const std::string& bytes, const std::string& comment) const {
    folder_.write("mirror/drivers-db.json", bytes);
    folder_.write("mirror/drivers-db.json.minisig", key.sign(bytes, comment));
}

UpdateWorld UpdateFolder::world() const {
    return {{shipped_.files(), shipped_serial, {{"test.pub", pub_file_}}},
            root(),
            [](const UrlSource&, const std::string& url, std::size_t) {
                return failure("no network in " + url);
            },
            std::nullopt};
}

Result<DbUpdateReport> UpdateFolder::update(const std::string& from) const {
    return db_update({path(from)}, world());
}

Result<DbUpdateReport> UpdateFolder::update_from_sources() const {
    return db_update({}, world());
}

LayeredDatabase UpdateFolder::layers() const {
    const UpdateWorld here = world();
    return open_layers(here.shipped, here.root).value();
}

std::uint64_t UpdateFolder::serial() const {
    return serial_in_force(layers());
}

std::map<std::string, std::string> UpdateFolder::snapshot() const {
    std::map<std::string, std::string> content;
    for (const auto& entry : fs::recursive_directory_iterator(path("root"))) {
        const std::string name = fs::relative(entry.path(), path("root"));
        if (entry.is_symlink()) {
            content[name] = "-> " + fs::read_symlink(entry.path()).string();
        } else if (entry.is_regular_file() && entry.path().filename() != "lock") {
            content[name] = read_file(entry.path(), 1 << 24).value();
        }
    }
    return content;
}

std::string comment_for(std::uint64_t serial, const std::string& expires) {
    return trusted_comment({serial, expires});
}

}  // namespace netpoll_shim::test
