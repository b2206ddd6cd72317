// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/pattern.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace netpoll_shim {

namespace {

constexpr std::size_t max_length = 256;
constexpr int max_groups = 4;

tl::unexpected<Error> bad(std::string message) {
    return failure(std::move(message), {}, ExitCode::database_invalid);
}

}  // namespace

Pattern::Pattern(std::shared_ptr<const re2::RE2> expression) : expression_(std::move(expression)) {}

Result<Pattern> Pattern::compile(std::string_view text) {
    if (text.size() > max_length) {
        return bad(fmt::format("longer than {} characters", max_length));
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    // Of what a pattern of this length can make by {counts}, most is refused for its size.
    options.set_max_mem(1 << 20);
    auto expression =
        std::make_shared<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
    if (!expression->ok()) {
        return bad(fmt::format("no RE2 expression: {}", expression->error()));
    }
    const int groups = expression->NumberOfCapturingGroups();
    if (groups < 1 || groups > max_groups) {
        return bad(fmt::format(
            "expected one group for the version, or up to {} of which one takes part in a match",
            max_groups));
    }
    return Pattern(std::move(expression));
}

std::optional<std::string_view> Pattern::find(std::string_view text) const {
    std::array<re2::StringPiece, max_groups + 1> found;
    if (!expression_ ||
        !expression_->Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED,
                            found.data(), expression_->NumberOfCapturingGroups() + 1)) {
        return std::nullopt;
    }
    const auto* const group =
        std::find_if(found.begin() + 1, found.end(),
                     [](const re2::StringPiece& piece) { return piece.data() != nullptr; });
    if (group == found.end()) {
        return std::nullopt;
    }
    return std::string_view(group->data(), group->size());
}

}  // namespace netpoll_shim
