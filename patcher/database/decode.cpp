// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "database/lookup.hpp"
#include "database/parse.hpp"
#include "database/pattern.hpp"
#include "database/rules.hpp"
#include "database/toml_table.hpp"

namespace netpoll_shim {

namespace {

// As modpost writes it.
bool is_srcversion(const std::string& text) {
    return text.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

DriverRange decode_driver_range(TomlTable& table) {
    DriverRange range;
    range.origin = table.choice<Origin>("origin", {{"in-tree", Origin::in_tree},
                                                   {"distribution", Origin::distribution},
                                                   {"out-of-tree", Origin::out_of_tree}});
    range.family = table.optional_text("family").value_or("");
    if (!range.family.empty() && range.origin != Origin::in_tree) {
        table.complain("family", "only a driver that came with a kernel goes by a kernel family");
    }
    range.versions = table.versions();
    range.srcversions = table.optional_texts("srcversion");
    if (!std::all_of(range.srcversions.begin(), range.srcversions.end(), is_srcversion)) {
        table.complain("srcversion", "expected digits and the letters A to F, as modinfo shows");
    }
    range.hook = table.known_flag("hook");
    range.driver_class = table.choice<DriverClass>("class", {{"unknown", DriverClass::unknown},
                                                             {"A", DriverClass::a},
                                                             {"B", DriverClass::b},
                                                             {"C", DriverClass::c}});
    range.note = table.optional_text("note").value_or("");
    range.evidence = table.evidence();
    range.source = table.source();
    table.finish();
    return range;
}

// What is being decoded, file by file: each is checked against those before it.
struct Progress {
    Decoded result;
    // A kernel file whose name could not be read: who names a family may mean that one.
    bool lacks_a_family = false;

    const Database& database() const { return result.database; }
};

const KernelFamily* find_family(const Database& database, std::string_view name) {
    const auto found =
        std::find_if(database.kernels.begin(), database.kernels.end(),
                     [&](const KernelFamily& family) { return family.name == name; });
    return found == database.kernels.end() ? nullptr : &*found;
}

struct DecodedRange {
    DriverRange range;
    TomlTable table;
};

// Two ranges that could both be the answer for one build.
void check_apart(DecodedRange& later, const DecodedRange& earlier) {
    const auto placed = {std::string_view("origin"), std::string_view("family"),
                         std::string_view("from"), std::string_view("before")};
    if (later.table.is_good(placed) && earlier.table.is_good(placed) &&
        compete(later.range, earlier.range)) {
        later.table.complain("from", fmt::format("overlaps the range of {}", earlier.range.source));
    }
    if (later.table.is_good({"srcversion"}) && earlier.table.is_good({"srcversion"}) &&
        share_srcversion(later.range, earlier.range)) {
        later.table.complain("srcversion",
                             fmt::format("also in the range of {}", earlier.range.source));
    }
}

void check_family(DecodedRange& decoded, const Progress& progress) {
    const std::string& name = decoded.range.family;
    if (name.empty() || progress.lacks_a_family) {
        return;
    }
    const KernelFamily* family = find_family(progress.database(), name);
    if (family == nullptr || family->upstream) {
        decoded.table.complain(
            "family", fmt::format("'{}' is no distribution's kernel family of kernels/", name));
    }
}

void check_builtin_mode(const Driver& driver, const std::vector<DecodedRange>& ranges,
                        TomlTable& root, const Database& database) {
    for (const DecodedRange& decoded : ranges) {
        if (decoded.table.is_good({"origin", "hook", "class"}) &&
            !builtin_mode_suits(driver.builtin_mode, decoded.range)) {
            root.complain("builtin_mode",
                          fmt::format("wrong for the range of {}", decoded.range.source));
        }
    }
    const OpsComparer* comparer = find_ops_comparer(database, driver.name);
    if (comparer != nullptr && driver.builtin_mode) {
        root.complain("builtin_mode", fmt::format("must be none: the driver compares its ops, {}",
                                                  comparer->source));
    }
}

void decode_driver(TomlTable root, std::string_view path, Progress& progress) {
    Driver driver;
    driver.source = path;
    driver.name = root.text("driver");
    if (driver.name != std::filesystem::path(path).stem().string()) {
        root.complain("driver", "not the name of its file");
    }
    if (const Driver* other = find_driver(progress.database(), driver.name)) {
        root.complain("driver", fmt::format("also in {}", other->source));
    }
    driver.module = root.optional_text("module").value_or("");
    driver.builtin_mode =
        root.choice<std::optional<Mode>>("builtin_mode", {{"none", std::nullopt},
                                                          {"attach", Mode::attach},
                                                          {"drain", Mode::drain},
                                                          {"guard", Mode::guard}});
    std::vector<DecodedRange> ranges;
    for (TomlTable& table : root.tables("range")) {
        DriverRange range = decode_driver_range(table);
        DecodedRange decoded{std::move(range), table};
        for (const DecodedRange& earlier : ranges) {
            check_apart(decoded, earlier);
        }
        check_family(decoded, progress);
        ranges.push_back(std::move(decoded));
    }
    check_builtin_mode(driver, ranges, root, progress.database());
    root.finish();
    for (DecodedRange& decoded : ranges) {
        driver.ranges.push_back(std::move(decoded.range));
    }
    progress.result.database.drivers.push_back(std::move(driver));
}

struct DecodedKernelRange {
    KernelRange range;
    TomlTable table;
};

std::vector<KernelRange> decode_kernel_ranges(TomlTable& root) {
    std::vector<DecodedKernelRange> ranges;
    for (TomlTable& table : root.tables("range")) {
        KernelRange range;
        range.versions = table.versions();
        range.demands_hook = table.known_flag("demands_hook");
        range.evidence = table.evidence();
        range.source = table.source();
        table.finish();
        for (const DecodedKernelRange& earlier : ranges) {
            if (table.is_good({"from", "before"}) && earlier.table.is_good({"from", "before"}) &&
                overlap(earlier.range.versions, range.versions)) {
                table.complain("from",
                               fmt::format("overlaps the range of {}", earlier.range.source));
            }
        }
        ranges.push_back({std::move(range), table});
    }
    std::vector<KernelRange> plain;
    plain.reserve(ranges.size());
    for (DecodedKernelRange& decoded : ranges) {
        plain.push_back(std::move(decoded.range));
    }
    return plain;
}

void decode_kernel(TomlTable root, std::string_view path, Progress& progress) {
    const Database& database = progress.database();
    KernelFamily family;
    family.source = path;
    family.name = root.text("family");
    if (const KernelFamily* other = find_family(database, family.name)) {
        root.complain("family", fmt::format("also in {}", other->source));
    }
    progress.lacks_a_family = progress.lacks_a_family || !root.is_good({"family"});
    family.pattern_text = root.text("pattern");
    if (auto pattern = Pattern::compile(family.pattern_text)) {
        family.pattern = *std::move(pattern);
    } else {
        root.complain("pattern", pattern.error().message);
    }
    family.upstream = root.flag("upstream");
    const auto upstream = std::find_if(database.kernels.begin(), database.kernels.end(),
                                       [](const KernelFamily& other) { return other.upstream; });
    if (family.upstream && upstream != database.kernels.end()) {
        root.complain("upstream", fmt::format("also in {}", upstream->source));
    }
    family.distributions = root.optional_texts("distributions");
    family.ranges = decode_kernel_ranges(root);
    root.finish();
    progress.result.database.kernels.push_back(std::move(family));
}

void decode_ops_comparers(TomlTable root, Progress& progress) {
    Database& database = progress.result.database;
    for (TomlTable& table : root.tables("driver")) {
        OpsComparer comparer{table.text("driver"), table.evidence(), table.source()};
        table.finish();
        if (const OpsComparer* other = find_ops_comparer(database, comparer.driver)) {
            table.complain("driver", fmt::format("also in {}", other->source));
        }
        const Driver* driver = find_driver(database, comparer.driver);
        if (driver != nullptr && driver->builtin_mode) {
            table.complain("driver",
                           fmt::format("{} has a builtin_mode, which must be none for a driver "
                                       "that compares its ops",
                                       driver->source));
        }
        database.ops_comparers.push_back(std::move(comparer));
    }
    root.finish();
}

// What a file is by its place, in the order in which they are decoded: drivers refer to the others.
enum class FileKind { kernel, ops_comparers, driver, none };

FileKind kind_of(std::string_view path) {
    std::filesystem::path place(path);
    if (!place.has_parent_path()) {
        // A name alone is in the working directory's folder.
        std::error_code error;
        place = std::filesystem::absolute(place, error);
    }
    const auto folder = place.parent_path().filename();
    if (folder == "kernels") {
        return FileKind::kernel;
    }
    if (folder == "drivers") {
        return FileKind::driver;
    }
    return place.filename() == "compares-ops.toml" ? FileKind::ops_comparers : FileKind::none;
}

void decode_file(const DatabaseFile& source, Progress& progress) {
    TomlFile file{source.path, source.notation, progress.result.problems};
    const FileKind kind = kind_of(source.path);
    const auto table = parse_table(source);
    if (!table) {
        const ParseProblem& problem = table.error();
        file.complain({problem.line, problem.column}, 0, problem.message, problem.hint);
        progress.lacks_a_family = progress.lacks_a_family || kind == FileKind::kernel;
        return;
    }
    const TomlTable root(*table, file);
    switch (kind) {
        case FileKind::kernel:
            return decode_kernel(root, source.path, progress);
        case FileKind::ops_comparers:
            return decode_ops_comparers(root, progress);
        case FileKind::driver:
            return decode_driver(root, source.path, progress);
        case FileKind::none:
            break;
    }
    file.complain({1, 1}, 0, "neither in drivers/ or kernels/ nor compares-ops.toml",
                  "see drivers-db/README.md for the folders");
}

void decode_all(std::vector<DatabaseFile> files, Progress& progress) {
    std::stable_sort(files.begin(), files.end(), [](const auto& left, const auto& right) {
        return kind_of(left.path) < kind_of(right.path);
    });
    for (const DatabaseFile& file : files) {
        decode_file(file, progress);
    }
}

}  // namespace

Decoded decode_files(const std::vector<DatabaseFile>& files,
                     const std::vector<DatabaseFile>& background) {
    Progress progress;
    decode_all(background, progress);
    progress.result.problems.clear();
    decode_all(files, progress);
    std::stable_sort(progress.result.problems.begin(), progress.result.problems.end());
    return std::move(progress.result);
}

Result<Database> decode_database(const std::vector<DatabaseFile>& files) {
    Decoded decoded = decode_files(files);
    if (decoded.problems.empty()) {
        return std::move(decoded.database);
    }
    const Problem& first = decoded.problems.front();
    return failure(problem_line(first), first.hint, ExitCode::database_invalid);
}

std::string place_of(std::string_view path) {
    std::string name = std::filesystem::path(path).filename().string();
    switch (kind_of(path)) {
        case FileKind::kernel:
            return "kernels/" + name;
        case FileKind::driver:
            return "drivers/" + name;
        case FileKind::ops_comparers:
            return name;
        case FileKind::none:
            break;
    }
    return "";
}

bool same_place(std::string_view path, std::string_view other) {
    const auto name = [](std::string_view of) { return std::filesystem::path(of).filename(); };
    return kind_of(path) == kind_of(other) && name(path) == name(other);
}

}  // namespace netpoll_shim
