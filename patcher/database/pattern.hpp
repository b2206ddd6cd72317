// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "util/result.hpp"

namespace re2 {
class RE2;
}

namespace netpoll_shim {

// The pattern of a kernel family, an RE2 expression: it matches in a time that grows with the
// length of the text alone, whoever wrote it.
class Pattern {
  public:
    Pattern() = default;  // matches nothing

    // Fails on what is no such expression, is too large, or has no group.
    static Result<Pattern> compile(std::string_view text);

    // What the first group that took part matched, within the text; nothing where there is no
    // match.
    std::optional<std::string_view> find(std::string_view text) const;

  private:
    explicit Pattern(std::shared_ptr<const re2::RE2> expression);

    std::shared_ptr<const re2::RE2> expression_;  // shared by copies; RE2 has none of its own
};

}  // namespace netpoll_shim
