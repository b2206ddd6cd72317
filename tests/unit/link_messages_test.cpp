// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/link_messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <cstdint>
#include <string>

namespace netpoll_shim {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

template <typename T>
std::string bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

std::string padded(std::string bytes) {
    bytes.resize(NLMSG_ALIGN(bytes.size()));
    return bytes;
}

std::string attribute(int type, const std::string& value) {
    nlattr header{};
    header.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + value.size());
    header.nla_type = static_cast<std::uint16_t>(type);
    return padded(bytes_of(header) + value);
}

std::string attribute(int type, std::uint32_t value) {
    return attribute(type, bytes_of(value));
}

std::string text(const std::string& value) {
    return value + '\0';
}

std::string message(int type, const std::string& payload, int flags = NLM_F_MULTI) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + payload.size());
    header.nlmsg_type = static_cast<std::uint16_t>(type);
    header.nlmsg_flags = static_cast<std::uint16_t>(flags);
    return padded(bytes_of(header) + payload);
}

std::string link_payload(int index, const std::string& attributes) {
    ifinfomsg info{};
    info.ifi_index = index;
    return bytes_of(info) + attributes;
}

std::string link_message(int index, const std::string& attributes) {
    return message(RTM_NEWLINK, link_payload(index, attributes));
}

std::vector<Link> links_of(const std::string& messages, LinkDump expected) {
    std::vector<Link> links;
    EXPECT_EQ(read_link_messages(messages, links), expected);
    return links;
}

TEST(LinkMessages, TellEveryDevice) {
    const std::string kind =
        attribute(IFLA_INFO_KIND, text("vlan")) + attribute(IFLA_INFO_SLAVE_KIND, text("bridge"));
    const auto links =
        links_of(link_message(2, attribute(IFLA_MTU, 1500) + attribute(IFLA_IFNAME, text("e0")) +
                                     attribute(IFLA_MASTER, 9)) +
                     link_message(7, attribute(IFLA_IFNAME, text("top")) + attribute(IFLA_LINK, 2) +
                                         attribute(IFLA_LINKINFO | NLA_F_NESTED, kind)),
                 LinkDump::goes_on);
    ASSERT_THAT(links, SizeIs(2));
    EXPECT_EQ(links[0].index, 2);
    EXPECT_EQ(links[0].name, "e0");
    EXPECT_EQ(links[0].kind, "");
    EXPECT_EQ(links[0].master, 9);
    EXPECT_EQ(links[0].lower, 0);
    EXPECT_EQ(links[1].index, 7);
    EXPECT_EQ(links[1].name, "top");
    EXPECT_EQ(links[1].kind, "vlan");
    EXPECT_EQ(links[1].master, 0);
    EXPECT_EQ(links[1].lower, 2);
}

TEST(LinkMessages, ALowerDeviceInAnotherNamespaceIsNone) {
    const auto links =
        links_of(link_message(7, attribute(IFLA_LINK_NETNSID, 1) + attribute(IFLA_LINK, 2)),
                 LinkDump::goes_on);
    ASSERT_THAT(links, SizeIs(1));
    EXPECT_EQ(links[0].lower, 0);
}

TEST(LinkMessages, EndWithHowTheDumpEnded) {
    const std::string link = link_message(2, attribute(IFLA_IFNAME, text("e0")));
    EXPECT_THAT(links_of(link + message(NLMSG_DONE, bytes_of(0)) + link, LinkDump::complete),
                SizeIs(1));
    EXPECT_THAT(links_of(link + message(NLMSG_DONE, ""), LinkDump::complete), SizeIs(1));
    links_of(link + message(NLMSG_DONE, bytes_of(-ENOMEM)), LinkDump::failed);
    links_of(message(NLMSG_ERROR, bytes_of(nlmsgerr{})), LinkDump::failed);
    const int interrupted = NLM_F_MULTI | NLM_F_DUMP_INTR;
    links_of(message(RTM_NEWLINK, link_payload(2, ""), interrupted), LinkDump::interrupted);
    links_of(message(NLMSG_DONE, bytes_of(0), interrupted), LinkDump::interrupted);
}

TEST(LinkMessages, OfOtherKindsTellNothing) {
    EXPECT_THAT(links_of(message(NLMSG_NOOP, "") + message(RTM_DELLINK, link_payload(2, "")),
                         LinkDump::goes_on),
                IsEmpty());
    EXPECT_THAT(links_of(message(RTM_NEWLINK, "short"), LinkDump::goes_on), IsEmpty());
}

TEST(LinkMessages, ThatBreakOffAreReadNoFurther) {
    const std::string name = attribute(IFLA_IFNAME, text("e0"));
    const std::string whole = link_message(2, name);
    links_of(whole.substr(0, whole.size() - 1), LinkDump::failed);
    const nlmsghdr empty{};
    links_of(bytes_of(empty), LinkDump::failed);

    // The attributes before the one that breaks off count. A text without an end is none.
    for (const std::uint16_t length : {std::uint16_t{2}, std::uint16_t{200}}) {
        nlattr broken{};
        broken.nla_len = length;
        broken.nla_type = IFLA_MASTER;
        const auto links =
            links_of(link_message(2, name + bytes_of(broken) + "abcd"), LinkDump::goes_on);
        ASSERT_THAT(links, SizeIs(1));
        EXPECT_EQ(links[0].name, "e0");
        EXPECT_EQ(links[0].master, 0);
    }
    EXPECT_EQ(
        links_of(link_message(2, attribute(IFLA_IFNAME, "endless!")), LinkDump::goes_on)[0].name,
        "");
    EXPECT_EQ(links_of(link_message(2, attribute(IFLA_MASTER, "ab")), LinkDump::goes_on)[0].master,
              0);
}

}  // namespace
}  // namespace netpoll_shim
