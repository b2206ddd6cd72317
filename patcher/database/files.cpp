// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "database/document.hpp"
#include "util/config_files.hpp"
#include "util/file.hpp"

namespace netpoll_shim {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_file_size = std::size_t{1} << 20U;
constexpr int max_entries = 10'000;

tl::unexpected<Error> unreadable(const fs::path& path, const std::error_code& error) {
    return failure(fmt::format("cannot read {}: {}", path.string(), error.message()));
}

Result<std::vector<fs::path>> find_toml_files(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    int entries = 0;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        std::error_code ignored;
        if (at->path().extension() == ".toml" && !at->is_directory(ignored)) {
            found.push_back(at->path());
        }
        if (++entries > max_entries) {
            return failure(fmt::format("{} has more than {} entries", folder.string(), max_entries),
                           "name a folder like drivers-db/");
        }
    }
    if (error) {
        return unreadable(folder, error);
    }
    std::sort(found.begin(), found.end());
    return found;
}

Result<StoredFiles> read_all(const std::vector<fs::path>& paths) {
    StoredFiles stored;
    for (const fs::path& file : paths) {
        auto text = read_file(file, max_file_size);
        if (!text) {
            return tl::unexpected<Error>(std::move(text).error());
        }
        stored.files.push_back({file.string(), *std::move(text)});
    }
    return stored;
}

Result<StoredFiles> read_document(const fs::path& path) {
    auto bytes = read_file(path, max_document_size);
    if (!bytes) {
        return tl::unexpected<Error>(std::move(bytes).error());
    }
    auto document = Document::parse(*std::move(bytes));
    if (!document) {
        return failure_in(path.string(), std::move(document).error());
    }
    StoredFiles stored;
    for (const DatabaseFile& file : document->files(path.string())) {
        stored.files.push_back({std::string(file.path), std::string(file.text), file.notation});
    }
    stored.is_whole = true;
    return stored;
}

// Takes out the files with problems, and says which. Problems are sorted by their files.
void refuse_files(const std::vector<Problem>& problems, StoredFiles& stored,
                  std::vector<std::string>& warnings) {
    std::string last;
    for (const Problem& problem : problems) {
        if (problem.path != last) {
            warnings.push_back(problem_line(problem) + ": the file is not used");
            last = problem.path;
        }
        std::erase_if(stored.files,
                      [&](const StoredFile& file) { return file.path == problem.path; });
    }
}

Result<Database> require_sound(Decoded decoded, const std::string& path) {
    if (!decoded.problems.empty()) {
        return failure(problem_line(decoded.problems.front()),
                       fmt::format("netpoll-shim db lint {} shows every problem", path),
                       ExitCode::database_invalid);
    }
    return std::move(decoded.database);
}

}  // namespace

std::vector<DatabaseFile> views(const StoredFiles& stored) {
    std::vector<DatabaseFile> files;
    files.reserve(stored.files.size());
    for (const StoredFile& file : stored.files) {
        files.push_back({file.path, file.text, file.notation});
    }
    return files;
}

Result<StoredFiles> read_database_files(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (error) {
        return unreadable(path, error);
    }
    if (path.extension() == ".json" && !fs::is_directory(status)) {
        return read_document(path);
    }
    bool is_whole = false;
    std::vector<fs::path> paths = {path};
    if (fs::is_directory(status)) {
        auto found = find_toml_files(path);
        if (!found) {
            return tl::unexpected<Error>(std::move(found).error());
        }
        if (found->empty()) {
            return failure(fmt::format("{} has no TOML files", path.string()),
                           "name a folder like drivers-db/, or a file of it");
        }
        paths = *std::move(found);
        is_whole = fs::is_directory(path / "kernels", error);
    }
    auto stored = read_all(paths);
    if (stored) {
        stored->is_whole = is_whole;
    }
    return stored;
}

Decoded decode_stored(const StoredFiles& stored, const std::vector<DatabaseFile>& embedded) {
    const auto files = views(stored);
    std::vector<DatabaseFile> background;
    if (!stored.is_whole) {
        std::copy_if(embedded.begin(), embedded.end(), std::back_inserter(background),
                     [&](const DatabaseFile& other) {
                         return std::none_of(files.begin(), files.end(), [&](const auto& file) {
                             return same_place(file.path, other.path);
                         });
                     });
    }
    return decode_files(files, background);
}

Result<Database> sound_database(const StoredFiles& stored,
                                const std::vector<DatabaseFile>& embedded,
                                const std::string& name) {
    return require_sound(decode_stored(stored, embedded), name);
}

Result<Database> open_database(const std::optional<std::string>& path,
                               const std::vector<DatabaseFile>& embedded) {
    if (!path) {
        return decode_database(embedded);
    }
    const auto stored = read_database_files(*path);
    if (!stored) {
        return tl::unexpected<Error>(stored.error());
    }
    return require_sound(decode_stored(*stored, embedded), *path);
}

LocalFiles read_local_files(const Root& root) {
    const std::string folder = local_database_folder;
    LocalFiles local;
    for (const std::string below : {"", "/drivers", "/kernels"}) {
        // What is wrong with the folder itself is said once.
        if (!below.empty() && !root.has_directory(folder + below)) {
            continue;
        }
        for (const std::string& path :
             config_files(root, folder + below, {".toml"}, local.warnings)) {
            auto text = root.read(path, max_file_size);
            if (text) {
                local.stored.files.push_back({path, *std::move(text)});
            } else {
                local.warnings.push_back(text.error().message + ": it is not used");
            }
        }
    }
    return local;
}

Result<LocalDatabase> add_local_files(LocalFiles files, const std::vector<DatabaseFile>& base) {
    StoredFiles& stored = files.stored;
    LocalDatabase local;
    local.warnings = std::move(files.warnings);
    while (!stored.files.empty()) {
        Decoded decoded = decode_stored(stored, base);
        if (decoded.problems.empty()) {
            local.database = std::move(decoded.database);
            for (const StoredFile& file : stored.files) {
                local.files.push_back(file.path);
            }
            return local;
        }
        refuse_files(decoded.problems, stored, local.warnings);
    }
    auto database = decode_database(base);
    if (!database) {
        return tl::unexpected<Error>(std::move(database).error());
    }
    local.database = *std::move(database);
    return local;
}

}  // namespace netpoll_shim
