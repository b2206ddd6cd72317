// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "database/toml_table.hpp"

namespace netpoll_shim {

namespace {

bool overlap(const VersionRange& left, const VersionRange& right) {
    return (!left.before || right.from < *left.before) &&
           (!right.before || left.from < *right.before);
}

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

bool share_a_srcversion(const DriverRange& left, const DriverRange& right) {
    return std::find_first_of(left.srcversions.begin(), left.srcversions.end(),
                              right.srcversions.begin(),
                              right.srcversions.end()) != left.srcversions.end();
}

// Two ranges that could both be the answer for one build.
void check_apart(const DriverRange& range, const DriverRange& other, TomlTable& table) {
    if (other.origin == range.origin && other.family == range.family &&
        overlap(other.versions, range.versions)) {
        table.complain("from", fmt::format("overlaps the range of {}", other.source));
    }
    if (share_a_srcversion(range, other)) {
        table.complain("srcversion", fmt::format("also in the range of {}", other.source));
    }
}

Driver decode_driver(TomlTable root, std::string_view path) {
    Driver driver;
    driver.name = root.text("driver");
    if (driver.name != std::filesystem::path(path).stem().string()) {
        root.complain("driver", "not the name of its file");
    }
    driver.module = root.optional_text("module").value_or("");
    driver.builtin_mode =
        root.choice<std::optional<Mode>>("builtin_mode", {{"none", std::nullopt},
                                                          {"attach", Mode::attach},
                                                          {"drain", Mode::drain},
                                                          {"guard", Mode::guard}});
    for (TomlTable& table : root.tables("range")) {
        DriverRange range = decode_driver_range(table);
        for (const DriverRange& other : driver.ranges) {
            check_apart(range, other, table);
        }
        driver.ranges.push_back(std::move(range));
    }
    root.finish();
    return driver;
}

// std::regex reports a bad pattern by an exception only.
std::optional<std::regex> compile(const std::string& pattern) {
    try {
        return std::regex(pattern);
    } catch (const std::regex_error&) {
        return std::nullopt;
    }
}

KernelFamily decode_kernel(TomlTable root, std::string_view path) {
    KernelFamily family;
    family.name = root.text("family");
    family.source = path;
    const auto pattern = compile(root.text("pattern"));
    if (!pattern || pattern->mark_count() != 1) {
        root.complain("pattern", "expected a regular expression with one group");
    } else {
        family.pattern = *pattern;
    }
    family.upstream = root.flag("upstream");
    family.distributions = root.optional_texts("distributions");
    for (TomlTable& table : root.tables("range")) {
        KernelRange range;
        range.versions = table.versions();
        range.demands_hook = table.known_flag("demands_hook");
        range.evidence = table.evidence();
        range.source = table.source();
        table.finish();
        for (const KernelRange& other : family.ranges) {
            if (overlap(other.versions, range.versions)) {
                table.complain("from", fmt::format("overlaps the range of {}", other.source));
            }
        }
        family.ranges.push_back(std::move(range));
    }
    root.finish();
    return family;
}

std::vector<OpsComparer> decode_ops_comparers(TomlTable root) {
    std::vector<OpsComparer> comparers;
    for (TomlTable& table : root.tables("driver")) {
        OpsComparer comparer{table.text("driver"), table.evidence(), table.source()};
        table.finish();
        comparers.push_back(std::move(comparer));
    }
    root.finish();
    return comparers;
}

// Ranges that go by a kernel family, once all families are known.
std::optional<Error> find_bad_family(const Database& database) {
    for (const Driver& driver : database.drivers) {
        for (const DriverRange& range : driver.ranges) {
            const auto is_named = [&](const KernelFamily& family) {
                return !family.upstream && family.name == range.family;
            };
            if (!range.family.empty() &&
                std::none_of(database.kernels.begin(), database.kernels.end(), is_named)) {
                return Error{fmt::format("{}: family: '{}' is no distribution's kernel family",
                                         range.source, range.family),
                             "families are named in drivers-db/kernels/; without family the "
                             "versions are upstream's",
                             ExitCode::database_invalid};
            }
        }
    }
    return std::nullopt;
}

}  // namespace

Result<Database> decode_database(const std::vector<DatabaseFile>& files) {
    Database database;
    for (const auto& [path, text] : files) {
        const toml::parse_result parsed = toml::parse(text, path);
        if (!parsed) {
            return failure(fmt::format("{}: {}", position(path, parsed.error().source()),
                                       parsed.error().description()),
                           "the file is not TOML", ExitCode::database_invalid);
        }
        TomlFile file{path, std::nullopt};
        const TomlTable root(parsed.table(), file);
        const std::filesystem::path place(path);
        const auto folder = place.parent_path().filename();
        if (folder == "drivers") {
            database.drivers.push_back(decode_driver(root, path));
        } else if (folder == "kernels") {
            database.kernels.push_back(decode_kernel(root, path));
        } else if (place.filename() == "compares-ops.toml") {
            database.ops_comparers = decode_ops_comparers(root);
        } else {
            return failure(
                fmt::format("{}: neither in drivers/ or kernels/ nor compares-ops.toml", path),
                "see drivers-db/README.md for the folders", ExitCode::database_invalid);
        }
        if (file.problem) {
            return tl::unexpected<Error>(*file.problem);
        }
    }
    if (auto bad_family = find_bad_family(database)) {
        return tl::unexpected<Error>(*std::move(bad_family));
    }
    return database;
}

}  // namespace netpoll_shim
