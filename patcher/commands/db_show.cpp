// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_show.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "database/files.hpp"
#include "database/lookup.hpp"
#include "evaluate/driver.hpp"
#include "util/nearest.hpp"

namespace netpoll_shim {

namespace {

std::string file_name(const KernelFamily& family) {
    return std::filesystem::path(family.source).stem().string();
}

const KernelFamily* find_family(const Database& database, const std::string& name) {
    const auto found = std::find_if(database.kernels.begin(), database.kernels.end(),
                                    [&](const KernelFamily& family) {
                                        return family.name == name || file_name(family) == name;
                                    });
    return found == database.kernels.end() ? nullptr : &*found;
}

tl::unexpected<Error> nothing_of(const std::string& name, const Database& database) {
    std::vector<std::string> names;
    names.reserve(database.drivers.size() + 2 * database.kernels.size() +
                  database.ops_comparers.size());
    for (const Driver& driver : database.drivers) {
        names.push_back(driver.name);
    }
    for (const KernelFamily& family : database.kernels) {
        names.push_back(family.name);
        names.push_back(file_name(family));
    }
    for (const OpsComparer& comparer : database.ops_comparers) {
        names.push_back(comparer.driver);
    }
    std::string near;
    for (const std::string& candidate : nearest_names(name, names)) {
        near += fmt::format("{}{}", near.empty() ? "the nearest names: " : ", ", candidate);
    }
    return failure(fmt::format("the database knows no driver or kernel family '{}'", name),
                   near + (near.empty() ? "" : "; ") + "netpoll-shim db list shows all",
                   ExitCode::unknown);
}

std::optional<KernelMatch> match_kernel(const DbShowOptions& options, const Database& database) {
    if (!options.kernel) {
        return std::nullopt;
    }
    const std::optional<std::string_view> distribution = options.distribution;
    return find_kernel(database, *options.kernel, distribution);
}

KernelAnswer answer_kernel(const std::optional<KernelMatch>& match) {
    KernelAnswer answer;
    if (match) {
        answer.family = match->family->name;
        answer.version = match->version.text();
        answer.guess = match->guess;
        if (match->range != nullptr) {
            answer.range = *match->range;
        }
    }
    return answer;
}

// The host that the options describe, for the rules that judge a real one.
DeviceFacts described_device(const DbShowOptions& options, std::optional<bool> in_tree) {
    DeviceFacts device;
    device.module.emplace();
    device.module->name = options.name;
    if (options.driver_version) {
        device.module->version = Fact<std::string>{*options.driver_version, "--driver-version"};
    }
    if (options.srcversion) {
        device.module->srcversion = Fact<std::string>{*options.srcversion, "--srcversion"};
    }
    if (in_tree) {
        device.module->in_tree = Fact<bool>{*in_tree, *in_tree ? "--in-tree" : "--out-of-tree"};
    }
    return device;
}

std::string why(const DriverFinding& finding, const DbShowOptions& options) {
    if (finding.range == nullptr) {
        return "no range covers it";
    }
    const DriverRange& range = *finding.range;
    DriverBuild build;
    if (options.srcversion) {
        build.srcversion = *options.srcversion;
    }
    if (lists_srcversion(range, build)) {
        return fmt::format("it lists the srcversion {}", options.srcversion.value_or(""));
    }
    if (!range.family.empty()) {
        return fmt::format("it goes by the kernel family {}", range.family);
    }
    return fmt::format("it covers the version {}", finding.version ? finding.version->text() : "");
}

DriverAnswer answer_driver(const DbShowOptions& options, std::optional<bool> in_tree,
                           const std::optional<KernelMatch>& match, const Database& database) {
    KernelFacts kernel;
    kernel.release = options.kernel.value_or("");
    const auto finding =
        conclude_driver(kernel, described_device(options, in_tree),
                        Fact<std::string>{options.name, "the command line"}, match, database);
    DriverAnswer answer;
    answer.in_tree = in_tree;
    answer.identity = finding.identity;
    if (finding.range != nullptr) {
        answer.range = *finding.range;
    }
    answer.why = why(finding, options);
    return answer;
}

// Of a driver whose origin is not given, all that it can be: one that came with a kernel has a
// range only where the kernel is known.
std::vector<std::optional<bool>> possible_origins(const DbShowOptions& options) {
    if (options.in_tree) {
        return {true};
    }
    if (options.out_of_tree) {
        return {false};
    }
    std::vector<std::optional<bool>> origins;
    if (options.kernel) {
        origins.emplace_back(true);
    }
    if (options.driver_version) {
        origins.emplace_back(false);
    }
    if (origins.empty() && options.srcversion) {
        origins.emplace_back(std::nullopt);
    }
    return origins;
}

Result<LayeredDatabase> open(const DbShowOptions& options, const ShippedDatabase& shipped,
                             const Root& root) {
    if (!options.from) {
        return open_layers(shipped, root);
    }
    return open_database(options.from, shipped.files).map([](Database&& database) {
        LayeredDatabase layers;
        layers.database = std::move(database);
        return layers;
    });
}

}  // namespace

Result<DbShowReport> db_show(const DbShowOptions& options, const ShippedDatabase& shipped,
                             const Root& root) {
    const auto layers = open(options, shipped, root);
    if (!layers) {
        return tl::unexpected<Error>(layers.error());
    }
    const Database* database = &layers->database;
    const Driver* driver = find_driver(*database, options.name);
    const KernelFamily* family = find_family(*database, options.name);
    const OpsComparer* comparer = find_ops_comparer(*database, options.name);
    if (driver == nullptr && family == nullptr && comparer == nullptr) {
        return nothing_of(options.name, *database);
    }

    DbShowReport report;
    report.warnings = layers->warnings;
    bool is_known = true;
    const auto match = match_kernel(options, *database);
    if (options.kernel) {
        report.kernel_answer = answer_kernel(match);
        // To a driver the kernel's own range does not matter.
        is_known = driver != nullptr || report.kernel_answer->range.has_value();
    }
    if (driver != nullptr) {
        report.driver = *driver;
        for (const auto& in_tree : possible_origins(options)) {
            report.driver_answers.push_back(answer_driver(options, in_tree, match, *database));
            is_known = is_known && report.driver_answers.back().range;
        }
    }
    if (family != nullptr) {
        report.kernel = *family;
    }
    if (comparer != nullptr) {
        report.comparer = *comparer;
    }
    report.exit_code = is_known ? ExitCode::done : ExitCode::unknown;
    return report;
}

}  // namespace netpoll_shim
