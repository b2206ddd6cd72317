// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_build.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "database/embedded.hpp"
#include "database/files.hpp"
#include "util/file.hpp"
#include "util/write_file.hpp"

namespace netpoll_shim {

namespace {

constexpr auto serial_hint = "--serial NUMBER, higher than any that was published before";

Result<std::uint64_t> read_serial(const std::string& folder) {
    const auto path = std::filesystem::path(folder) / "SERIAL";
    const auto serial = read_number(path);
    if (!serial) {
        return failure(fmt::format("{} has no number", path.string()), serial_hint,
                       ExitCode::usage);
    }
    return *serial;
}

Result<DocumentHead> head_of(const DbBuildOptions& options) {
    DocumentHead head;
    head.expires = options.expires;
    if (!is_date(head.expires)) {
        return failure(fmt::format("'{}' is no day", head.expires), "--expires YYYY-MM-DD",
                       ExitCode::usage);
    }
    if (options.serial) {
        head.serial = *options.serial;
    } else if (options.from) {
        const auto serial = read_serial(*options.from);
        if (!serial) {
            return tl::unexpected<Error>(serial.error());
        }
        head.serial = *serial;
    } else {
        head.serial = embedded_database_serial();
    }
    if (head.serial == 0 || head.serial > max_serial) {
        return failure(fmt::format("the serial must be from 1 to {}", max_serial), serial_hint,
                       ExitCode::usage);
    }
    return head;
}

Result<DbBuildReport> build(const std::vector<DatabaseFile>& files, DocumentHead head,
                            const DbBuildOptions& options) {
    auto document = build_document(files, head);
    if (!document) {
        return tl::unexpected<Error>(std::move(document).error());
    }
    DbBuildReport report;
    report.head = std::move(head);
    report.files = files.size();
    report.document = *std::move(document);
    report.output = options.output;
    if (options.output) {
        if (auto written = replace_file(*options.output, report.document); !written) {
            return tl::unexpected<Error>(std::move(written).error());
        }
    }
    return report;
}

}  // namespace

Result<DbBuildReport> db_build(const DbBuildOptions& options,
                               const std::vector<DatabaseFile>& embedded) {
    auto head = head_of(options);
    if (!head) {
        return tl::unexpected<Error>(std::move(head).error());
    }
    if (!options.from) {
        return build(embedded, *std::move(head), options);
    }
    const auto stored = read_database_files(*options.from);
    if (!stored) {
        return tl::unexpected<Error>(stored.error());
    }
    if (!stored->is_whole || !std::filesystem::is_directory(*options.from)) {
        return failure(fmt::format("{} is no whole database", *options.from),
                       "name a folder like drivers-db/, with kernels/ in it", ExitCode::usage);
    }
    return build(views(*stored), *std::move(head), options);
}

}  // namespace netpoll_shim
