// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/image_database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

// A file's place is its name and the folder that it is in (same_place()).
std::string place_in_image(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    const std::string folder = absolute.parent_path().filename().string();
    const std::string name = absolute.filename().string();
    return folder == "drivers" || folder == "kernels"
               ? fmt::format("{}/{}/{}", local_database_folder + 1, folder, name)
               : fmt::format("{}/{}", local_database_folder + 1, name);
}

Result<std::vector<StoredFile>> read_named(const std::string& path) {
    auto named = read_database_files(path);
    if (!named) {
        return tl::unexpected<Error>(std::move(named).error());
    }
    if (named->files.front().notation != Notation::toml) {
        return failure(fmt::format("{} is a document: it has no files for db.d", path),
                       "netpoll-shim db update --root DIR --from FILE puts it into an image",
                       ExitCode::usage);
    }
    return std::move(named->files);
}

std::string text_of(const std::optional<UpdatedLayer>& updated, bool has_local) {
    std::string text;
    if (updated && updated->is_in_force) {
        text = fmt::format("its update, serial {}", updated->head.serial);
    }
    if (has_local) {
        text += fmt::format("{}the files in {}", text.empty() ? "" : ", ", local_database_folder);
    }
    return text;
}

}  // namespace

Result<ImageDatabase> image_database(const Root& root, const std::optional<std::string>& path,
                                     const ShippedDatabase& shipped) {
    LocalFiles own = read_local_files(root);
    if (!own.warnings.empty()) {
        return failure(own.warnings.front(), "", ExitCode::database_invalid);
    }
    ImageDatabase image;
    StoredFiles local;
    if (path) {
        auto named = read_named(*path);
        if (!named) {
            return tl::unexpected<Error>(std::move(named).error());
        }
        local.files = *std::move(named);
        for (const StoredFile& file : local.files) {
            image.files.push_back({place_in_image(file.path), Node::Kind::file, 0644, file.text});
        }
    }
    for (StoredFile& file : own.stored.files) {
        const bool is_replaced =
            std::any_of(local.files.begin(), local.files.end(),
                        [&](const StoredFile& named) { return same_place(named.path, file.path); });
        if (!is_replaced) {
            local.files.push_back(std::move(file));
        }
    }
    BaseDatabase base = open_base(shipped, root);
    auto database = settle(base, shipped);
    if (database && !local.files.empty()) {
        database = sound_database(local, base.files,
                                  path.value_or(root.directory() + local_database_folder));
    }
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    image.database = *std::move(database);
    image.warnings = std::move(base.warnings);
    image.besides_shipped = text_of(base.updated, !local.files.empty());
    return image;
}

}  // namespace netpoll_shim
