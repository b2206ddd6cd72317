// SPDX-License-Identifier: GPL-2.0-or-later
// Versions, kernel releases and vermagics: three lines of text.
#include <array>
#include <cstdlib>
#include <optional>
#include <string>

#include "database/embedded.hpp"
#include "database/lookup.hpp"
#include "facts/shim.hpp"
#include "targets.hpp"

namespace netpoll_shim::fuzz {

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

const Database& embedded() {
    static const Database database = decode_database(embedded_database_files()).value();
    return database;
}

void check_order(const Version& left, const Version& right) {
    require(left == left && (left <=> left) == std::strong_ordering::equal);
    const auto order = left <=> right;
    const auto reverse = right <=> left;
    require(std::is_lt(order) == std::is_gt(reverse) && std::is_eq(order) == std::is_eq(reverse));
    require((left == right) == std::is_eq(order));
    VersionRange range{left, right};
    require(!range.contains(right));
    require(range.contains(left) == (left < right));
}

void check_transitive(const Version& a, const Version& b, const Version& c) {
    require(!(a <= b && b <= c) || a <= c);
    require(!(a == b) || (a <=> c) == (b <=> c));
}

void check_release(std::string_view release, std::string_view distribution) {
    if (const auto upstream = upstream_version(release)) {
        require(release.substr(0, upstream->text().size()) == upstream->text());
        require(upstream_version(upstream->text()).value() == *upstream);
    }
    const auto any = find_kernel(embedded(), release);
    const auto known = find_kernel(embedded(), release, distribution);
    // Knowing the distribution rules families out, it adds none.
    require(any || !known);
    for (const auto& match : {any, known}) {
        if (match) {
            require(release.find(match->version.text()) != std::string_view::npos);
            require(match->range == nullptr || match->range->versions.contains(match->version));
            require(!match->guess || match->family->upstream);
        }
    }
}

void check_vermagic(std::string_view vermagic, std::string_view release,
                    std::string_view reference) {
    compare_vermagic(vermagic, release, std::nullopt);
    compare_vermagic(vermagic, release, std::string(reference));
    require(compare_vermagic(vermagic, vermagic.substr(0, vermagic.find(' ')), std::nullopt) !=
            VermagicFit::fits);
}

}  // namespace

void versions(std::string_view input) {
    std::array<std::string_view, 3> lines;
    for (std::string_view& line : lines) {
        line = input.substr(0, input.find('\n'));
        input.remove_prefix(std::min(line.size() + 1, input.size()));
    }
    std::array<std::optional<Version>, 3> parsed;
    for (std::size_t i = 0; i < lines.size(); i++) {
        if (auto version = Version::parse(lines[i])) {
            require(version->text() == lines[i]);
            parsed[i] = *std::move(version);
        }
    }
    if (parsed[0] && parsed[1]) {
        check_order(*parsed[0], *parsed[1]);
    }
    if (parsed[0] && parsed[1] && parsed[2]) {
        check_transitive(*parsed[0], *parsed[1], *parsed[2]);
    }
    check_release(lines[0], lines[1]);
    check_vermagic(lines[0], lines[1], lines[2]);
}

}  // namespace netpoll_shim::fuzz
