// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/decode.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "database/toml_table.hpp"

namespace netpoll_shim {

namespace {

bool overlap(const VersionRange& left, const VersionRange& right) {
    return (!left.before || right.from < *left.before) &&
           (!right.before || left.from < *right.before);
}

Driver decode_driver(TomlTable root, std::string_view path) {
    Driver driver;
    driver.name = root.text("driver");
    if (driver.name != std::filesystem::path(path).stem().string()) {
        root.complain("driver", "not the name of its file");
    }
    driver.builtin_mode =
        root.choice<std::optional<Mode>>("builtin_mode", {{"none", std::nullopt},
                                                          {"attach", Mode::attach},
                                                          {"drain", Mode::drain},
                                                          {"guard", Mode::guard}});
    for (TomlTable& table : root.tables("range")) {
        DriverRange range;
        range.origin = table.choice<Origin>("origin", {{"in-tree", Origin::in_tree},
                                                       {"distribution", Origin::distribution},
                                                       {"out-of-tree", Origin::out_of_tree}});
        range.versions = table.versions();
        range.hook = table.known_flag("hook");
        range.driver_class = table.choice<DriverClass>("class", {{"unknown", DriverClass::unknown},
                                                                 {"A", DriverClass::a},
                                                                 {"B", DriverClass::b},
                                                                 {"C", DriverClass::c}});
        range.note = table.optional_text("note").value_or("");
        range.evidence = table.evidence();
        range.source = table.source();
        table.finish();
        for (const DriverRange& other : driver.ranges) {
            if (other.origin == range.origin && overlap(other.versions, range.versions)) {
                table.complain("from", fmt::format("overlaps the range of {}", other.source));
            }
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
    return database;
}

}  // namespace netpoll_shim
