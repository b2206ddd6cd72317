// SPDX-License-Identifier: GPL-2.0-or-later
// Database files, and lookups in what they decode to. NUL bytes part the input; the first character
// of a part says what it is: d, k and c the files of drivers/, of kernels/ and compares-ops.toml,
// r a kernel release, v a driver's version. All else is a file in no place of a database.
#include <cstdlib>
#include <string>

#include "database/lookup.hpp"
#include "database/rules.hpp"
#include "render/db_json.hpp"
#include "render/db_markdown.hpp"
#include "render/db_text.hpp"
#include "targets.hpp"

namespace netpoll_shim::fuzz {

namespace {

constexpr std::size_t max_parts = 8;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

struct Parts {
    std::vector<DatabaseFile> files;
    std::string_view release;
    std::string_view version;
};

Parts split(std::string_view input) {
    Parts parts;
    for (std::size_t count = 0; count < max_parts && !input.empty(); count++) {
        const std::string_view part = input.substr(0, input.find('\0'));
        input.remove_prefix(std::min(part.size() + 1, input.size()));
        const std::string_view rest = part.substr(std::min<std::size_t>(1, part.size()));
        switch (part.empty() ? '\0' : part.front()) {
            case 'd':
                parts.files.push_back({"drivers/nic.toml", rest});
                break;
            case 'k':
                parts.files.push_back({"kernels/family.toml", rest});
                break;
            case 'c':
                parts.files.push_back({"compares-ops.toml", rest});
                break;
            case 'r':
                parts.release = rest;
                break;
            case 'v':
                parts.version = rest;
                break;
            default:
                parts.files.push_back({"other.toml", rest});
        }
    }
    return parts;
}

void look_up(const Database& database, const Parts& parts) {
    DriverBuild build;
    build.kernel = find_kernel(database, parts.release);
    if (build.kernel) {
        require(build.kernel->family != nullptr);
        require(build.kernel->range == nullptr ||
                build.kernel->range->versions.contains(build.kernel->version));
    }
    if (auto version = Version::parse(parts.version)) {
        build.version = *std::move(version);
    }
    build.srcversion = parts.version;
    for (const Driver& driver : database.drivers) {
        require(find_driver(database, driver.name) != nullptr);
        for (const Origin origin : {Origin::in_tree, Origin::distribution, Origin::out_of_tree}) {
            build.origin = origin;
            const DriverRange* range = find_range(driver, build);
            require(range == nullptr || lists_srcversion(*range, build) || range->origin == origin);
            if (build.version) {
                find_upgrade(driver, origin, *build.version);
            }
        }
    }
    first_undemanding_kernel(database);
}

// What decoding promises.
void check(const Database& database) {
    for (const Driver& driver : database.drivers) {
        require(!driver.ranges.empty());
        for (const DriverRange& range : driver.ranges) {
            require(!range.evidence.empty());
            require(builtin_mode_suits(driver.builtin_mode, range));
            for (const DriverRange& other : driver.ranges) {
                require(&range == &other || !compete(range, other));
            }
        }
        require(!driver.builtin_mode || find_ops_comparer(database, driver.name) == nullptr);
    }
}

void render(const Database& database, const std::vector<Problem>& problems) {
    DbListReport list;
    list.database = database;
    render_text(list);
    render_json(list);
    render_markdown(list);
    DbLintReport lint;
    lint.problems = problems;
    render_text(lint);
    render_json(lint);
}

}  // namespace

void database(std::string_view input) {
    const Parts parts = split(input);
    const Decoded decoded = decode_files(parts.files);
    for (const Problem& problem : decoded.problems) {
        require(!problem.path.empty() && !problem.message.empty());
        require(problem.line > 0 && problem.column > 0);
    }
    if (decoded.problems.empty()) {
        check(decoded.database);
        look_up(decoded.database, parts);
    }
    render(decoded.database, decoded.problems);
}

}  // namespace netpoll_shim::fuzz
