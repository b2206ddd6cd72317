// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace netpoll_shim {

namespace {

constexpr std::size_t page_width = 100;

}  // namespace

std::string layout_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t column = 0; column < row.size(); column++) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); column++) {
            line += fmt::format("{:<{}}", row[column], widths[column] + 2);
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

std::string layout_paragraph(std::string_view first, std::string_view text) {
    const std::size_t width = page_width - std::min(page_width / 2, first.size());
    std::string result(first);
    bool is_first = true;
    while (is_first || !text.empty()) {
        std::size_t end = text.size();
        if (end > width) {
            end = text.rfind(' ', width);
            if (end == std::string_view::npos || end == 0) {
                end = std::min(text.find(' ', width), text.size());
            }
        }
        result += fmt::format("{}{}\n", is_first ? "" : std::string(first.size(), ' '),
                              text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        is_first = false;
    }
    return result;
}

namespace {

std::string without_control(std::string text, std::string_view but) {
    // The bytes of UTF-8 are no control characters.
    const auto is_control = [&](char character) {
        return (static_cast<unsigned char>(character) < ' ' || character == '\x7f') &&
               but.find(character) == std::string_view::npos;
    };
    std::replace_if(text.begin(), text.end(), is_control, '?');
    return text;
}

}  // namespace

std::string printable(std::string text) {
    return without_control(std::move(text), "");
}

std::string printable_lines(std::string text) {
    return without_control(std::move(text), "\n\t");
}

}  // namespace netpoll_shim
