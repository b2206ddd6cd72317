// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/file.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

TEST(File, ReadsAttributesWithoutWhiteSpaceAround) {
    const test::FakeHost host;
    host.write("a", " one two\n");
    host.write("empty", "\n");
    EXPECT_EQ(read_attribute(host.path("a")), "one two");
    EXPECT_EQ(read_attribute(host.path("empty")), "");
    EXPECT_EQ(read_attribute(host.path("missing")), std::nullopt);
    EXPECT_EQ(read_attribute(host.path("sys")), std::nullopt);
}

TEST(File, ReadsNumbersStrictly) {
    const test::FakeHost host;
    const auto number = [&](const std::string& text, int base = 10) {
        host.write("n", text);
        return read_number(host.path("n"), base);
    };
    EXPECT_EQ(number("12\n"), 12U);
    EXPECT_EQ(number("0x1003\n", 0), 0x1003U);
    EXPECT_EQ(number("18446744073709551615\n"), 18446744073709551615U);
    EXPECT_EQ(number("18446744073709551616\n"), std::nullopt);
    EXPECT_EQ(number("-1\n"), std::nullopt);
    EXPECT_EQ(number("12x\n"), std::nullopt);
    EXPECT_EQ(number("\n"), std::nullopt);
    EXPECT_EQ(read_number(host.path("missing")), std::nullopt);
}

TEST(File, NamesTheTargetOfALink) {
    const test::FakeHost host;
    host.link("link", "../../bus/pci/drivers/ena");
    host.write("plain", "");
    EXPECT_EQ(link_target_name(host.path("link")), "ena");
    EXPECT_EQ(link_target_name(host.path("plain")), std::nullopt);
    EXPECT_EQ(link_target_name(host.path("missing")), std::nullopt);
}

}  // namespace
}  // namespace netpoll_shim
