// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/layout.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace netpoll_shim {
namespace {

TEST(Layout, AlignsColumns) {
    EXPECT_EQ(layout_table({{"A", "BB", "C"}, {"long", "b", ""}}), "A     BB  C\nlong  b\n");
    EXPECT_EQ(layout_table({}), "");
}

TEST(Layout, BreaksAtSpacesWithin100Columns) {
    std::string text;
    for (int i = 0; i < 60; i++) {
        text += (i > 0 ? " word" : "word") + std::to_string(i);
    }
    std::istringstream lines(layout_paragraph("  - ", text));
    std::string line;
    std::string joined;
    int count = 0;
    while (std::getline(lines, line)) {
        EXPECT_LE(line.size(), 100U);
        EXPECT_EQ(line.substr(0, 4), count == 0 ? "  - " : "    ");
        joined += (count > 0 ? " " : "") + line.substr(4);
        count++;
    }
    EXPECT_GT(count, 3);
    EXPECT_EQ(joined, text);
}

TEST(Layout, KeepsShortAndUnbreakableText) {
    EXPECT_EQ(layout_paragraph("  - ", "short"), "  - short\n");
    EXPECT_EQ(layout_paragraph("x ", ""), "x \n");
    const std::string word(150, 'w');
    EXPECT_EQ(layout_paragraph("", word + " b"), word + "\nb\n");
    EXPECT_EQ(layout_paragraph("", std::string(100, 'w')), std::string(100, 'w') + "\n");
}

}  // namespace
}  // namespace netpoll_shim
