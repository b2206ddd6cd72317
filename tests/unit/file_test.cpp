// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

using namespace std::string_literals;

TEST(File, ReadsAttributesWithoutWhiteSpaceAround) {
    const test::FakeHost host;
    host.write("a", " one two\n");
    host.write("empty", "\n");
    EXPECT_EQ(read_attribute(host.path("a")), "one two");
    EXPECT_EQ(read_attribute(host.path("empty")), "");
    EXPECT_EQ(read_attribute(host.path("missing")), std::nullopt);
    EXPECT_EQ(read_attribute(host.path("sys")), std::nullopt);
}

TEST(File, ReadsBytesAsTheyAre) {
    const test::FakeHost host;
    const std::string bytes = " \0\n large \xff\n"s;
    host.write("bytes", bytes);
    host.write("empty", "");
    EXPECT_EQ(read_file(host.path("bytes"), bytes.size()).value(), bytes);
    EXPECT_EQ(read_file(host.path("empty"), 0).value(), "");
    const std::string large(100000, 'x');
    host.write("large", large);
    EXPECT_EQ(read_file(host.path("large"), large.size() * 2).value(), large);
}

// procfs and sysfs do not tell the size of their files.
TEST(File, ReadsBytesOfAFileOfUnknownSize) {
    EXPECT_NE(read_file("/proc/self/status", 100000).value().find("Name:"), std::string::npos);
}

TEST(File, ReadsNoBytesOfWhatIsNoRegularFileOrTooLarge) {
    const test::FakeHost host;
    const auto error = [&](const std::string& path, std::size_t limit) {
        const auto bytes = read_file(host.path(path), limit);
        return bytes ? std::string() : bytes.error().message;
    };
    host.write("bytes", std::string((std::size_t{1} << 20U) + 1, 'x'));
    EXPECT_EQ(error("bytes", std::size_t{1} << 20U),
              "cannot read " + host.path("bytes").string() + ": larger than 1 MiB");
    ASSERT_EQ(mkfifo(host.path("fifo").c_str(), 0600), 0);
    EXPECT_NE(error("fifo", 10).find("fifo: not a regular file"), std::string::npos);
    EXPECT_NE(error("sys", 10).find("sys: not a regular file"), std::string::npos);
    EXPECT_NE(error("missing", 10).find("missing: No such file or directory"), std::string::npos);
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
