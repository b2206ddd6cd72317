// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace netpoll_shim {

namespace {

// Levenshtein's distance.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); i++) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < right.size(); j++) {
            const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view wanted, std::vector<std::string> names) {
    constexpr std::size_t most = 3;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::stable_sort(names.begin(), names.end(), [&](const auto& left, const auto& right) {
        return distance(wanted, left) < distance(wanted, right);
    });
    names.resize(std::min(names.size(), most));
    return names;
}

}  // namespace netpoll_shim
