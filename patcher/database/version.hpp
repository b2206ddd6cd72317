// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace netpoll_shim {

// A dotted version of a driver or a kernel. Letters behind the last number are kept for display
// and ignored by comparisons ("2.0.1K" is 2.0.1: amzn-drivers and the kernel's own ena), '.' and
// '-' separate alike ("4.4.0-1072"), missing numbers are 0. No number is clamped: stable sublevels
// go beyond 255 (4.4.302).
class Version {
  public:
    // Fails on anything but NUMBER(.NUMBER|-NUMBER)*LETTERS*, on numbers of more than nine digits
    // and on texts of more than 64 characters.
    static Result<Version> parse(std::string_view text);

    const std::string& text() const { return text_; }

    std::strong_ordering operator<=>(const Version& other) const;
    bool operator==(const Version& other) const { return std::is_eq(*this <=> other); }

  private:
    std::string text_;
    std::vector<std::uint32_t> numbers_;
};

// The upstream part of a kernel release: "6.1.192" of "6.1.192-legacy". Fails where the release
// does not start with NUMBER.NUMBER.
Result<Version> upstream_version(std::string_view release);

}  // namespace netpoll_shim
