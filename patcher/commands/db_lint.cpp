// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_lint.hpp"

#include <algorithm>
#include <iterator>

#include "database/files.hpp"

namespace netpoll_shim {

namespace {

void add(Decoded decoded, std::size_t files, DbLintReport& report) {
    report.files += files;
    std::move(decoded.problems.begin(), decoded.problems.end(),
              std::back_inserter(report.problems));
}

void add_once(std::vector<StoredFile> files, StoredFiles& all) {
    for (StoredFile& file : files) {
        const bool is_new =
            std::none_of(all.files.begin(), all.files.end(),
                         [&](const StoredFile& known) { return known.path == file.path; });
        if (is_new) {
            all.files.push_back(std::move(file));
        }
    }
}

}  // namespace

Result<DbLintReport> db_lint(const DbLintOptions& options,
                             const std::vector<DatabaseFile>& embedded) {
    DbLintReport report;
    if (options.paths.empty()) {
        add(decode_files(embedded), embedded.size(), report);
    }
    StoredFiles parts;
    for (const std::string& path : options.paths) {
        auto stored = read_database_files(path);
        if (!stored) {
            return tl::unexpected<Error>(std::move(stored).error());
        }
        if (stored->is_whole) {
            add(decode_stored(*stored, embedded), stored->files.size(), report);
        } else {
            add_once(std::move(stored->files), parts);
        }
    }
    if (!parts.files.empty()) {
        add(decode_stored(parts, embedded), parts.files.size(), report);
    }
    if (!report.problems.empty()) {
        report.exit_code = ExitCode::database_invalid;
    }
    return report;
}

}  // namespace netpoll_shim
