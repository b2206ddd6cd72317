// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/image_database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

constexpr auto local_folder = "etc/netpoll-shim/db.d";
constexpr std::size_t max_file_size = std::size_t{1} << 20U;

Result<std::vector<StoredFile>> read_images_own(const Root& root) {
    std::vector<StoredFile> files;
    for (const char* below : {"", "/drivers", "/kernels"}) {
        const std::string folder = std::string(local_folder) + below;
        for (const Root::Entry& entry : root.list(folder).value_or(std::vector<Root::Entry>())) {
            const std::string path = folder + "/" + entry.name;
            if (!entry.name.ends_with(".toml") || !root.has_file(path)) {
                continue;
            }
            auto text = root.read(path, max_file_size);
            if (!text) {
                return tl::unexpected<Error>(std::move(text).error());
            }
            files.push_back({path, *std::move(text)});
        }
    }
    return files;
}

// A file's place is its name and the folder that it is in (same_place()).
std::string place_in_image(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    const std::string folder = absolute.parent_path().filename().string();
    const std::string name = absolute.filename().string();
    return folder == "drivers" || folder == "kernels"
               ? fmt::format("{}/{}/{}", local_folder, folder, name)
               : fmt::format("{}/{}", local_folder, name);
}

}  // namespace

Result<ImageDatabase> image_database(const Root& root, const std::optional<std::string>& path,
                                     const std::vector<DatabaseFile>& embedded) {
    auto own = read_images_own(root);
    if (!own) {
        return tl::unexpected<Error>(std::move(own).error());
    }
    ImageDatabase image;
    StoredFiles all;
    if (path) {
        auto named = read_database_files(*path);
        if (!named) {
            return tl::unexpected<Error>(std::move(named).error());
        }
        all = *std::move(named);
        if (all.files.front().notation != Notation::toml) {
            return failure(fmt::format("{} is a document: it has no files for db.d", *path),
                           "netpoll-shim db update --root DIR --from FILE puts it into an image",
                           ExitCode::usage);
        }
        for (const StoredFile& file : all.files) {
            image.files.push_back({place_in_image(file.path), Node::Kind::file, 0644, file.text});
        }
    }
    for (StoredFile& file : *own) {
        const bool is_replaced =
            std::any_of(all.files.begin(), all.files.end(),
                        [&](const StoredFile& named) { return same_place(named.path, file.path); });
        if (!is_replaced) {
            all.files.push_back(std::move(file));
        }
    }
    if (all.files.empty()) {
        return image;
    }
    // On the booted image they stand in for embedded ones, whatever else they are.
    all.is_whole = false;
    auto database = sound_database(
        all, embedded, path.value_or(fmt::format("{}/{}", root.directory(), local_folder)));
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    image.database = *std::move(database);
    return image;
}

}  // namespace netpoll_shim
