// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace netpoll_shim {

// Rows under each other in columns of equal width, two spaces apart, without trailing spaces. All
// rows have as many cells as the first.
std::string layout_table(const std::vector<std::vector<std::string>>& rows);

// The text, broken at spaces into lines of at most 100 columns where possible. The first line
// starts with `first`, the others with as many spaces.
std::string layout_paragraph(std::string_view first, std::string_view text);

// The text with question marks in place of what would move a terminal's cursor, or worse.
std::string printable(std::string text);
// The same, in lines.
std::string printable_lines(std::string text);

}  // namespace netpoll_shim
