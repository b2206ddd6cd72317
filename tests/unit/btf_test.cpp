// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/btf.hpp"

#include <gmock/gmock.h>

#include "support/btf_writer.hpp"

namespace netpoll_shim {
namespace {

using test::BtfMember;
using test::BtfWriter;
using testing::HasSubstr;

std::string error_of(const std::string& bytes) {
    const auto layout = ops_layout_from_btf(bytes, "vmlinux");
    return layout ? "" : layout.error().message;
}

void expect_small_layout(const std::string& bytes) {
    const auto layout = ops_layout_from_btf(bytes, "vmlinux");
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(layout->size, 64U);
    EXPECT_EQ(layout->ndo_start_xmit, 32U);
    EXPECT_EQ(layout->ndo_poll_controller, 40U);
    EXPECT_EQ(layout->ndo_netpoll_setup, 48U);
    EXPECT_EQ(layout->source, "vmlinux");
}

TEST(Btf, HasTheLayout) {
    expect_small_layout(test::small_btf());
}

TEST(Btf, SkipsEveryKindOfType) {
    BtfWriter writer;
    writer.add_type(BTF_KIND_INT, 0, 4);
    writer.add_type(BTF_KIND_PTR, 0, 0);
    writer.add_type(BTF_KIND_ARRAY, 0, 12);
    writer.add_type(BTF_KIND_STRUCT, 3, 36, "s");
    writer.add_type(BTF_KIND_UNION, 2, 24, "u");
    writer.add_type(BTF_KIND_ENUM, 2, 16, "e");
    writer.add_type(BTF_KIND_FWD, 0, 0, "net_device_ops");
    writer.add_type(BTF_KIND_TYPEDEF, 0, 0, "net_device_ops");
    writer.add_type(BTF_KIND_VOLATILE, 0, 0);
    writer.add_type(BTF_KIND_CONST, 0, 0);
    writer.add_type(BTF_KIND_RESTRICT, 0, 0);
    writer.add_type(BTF_KIND_FUNC, 1, 0, "f");  // vlen is its linkage
    writer.add_type(BTF_KIND_FUNC_PROTO, 2, 16);
    writer.add_type(BTF_KIND_VAR, 0, 4, "v");
    writer.add_type(BTF_KIND_DATASEC, 2, 24, ".data");
    writer.add_type(BTF_KIND_FLOAT, 0, 0, "double");
    writer.add_type(BTF_KIND_DECL_TAG, 0, 4, "tag");
    writer.add_type(BTF_KIND_TYPE_TAG, 0, 0, "tag");
    writer.add_type(BTF_KIND_ENUM64, 2, 24, "e64");
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, test::small_ops_members());
    expect_small_layout(writer.bytes());
}

TEST(Btf, OfAStructureWithBitFieldsHasOffsetsInTheLowBits) {
    BtfWriter writer;
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, test::small_ops_members(), true);
    expect_small_layout(writer.bytes());
}

// RH_KABI_REPLACE(): union { new; struct { old; }; }
TEST(Btf, LooksIntoUnionsWithoutName) {
    BtfWriter writer;
    writer.add_type(BTF_KIND_PTR, 0, 0);
    writer.add_composite(BTF_KIND_STRUCT, "", 16,
                         {{"ndo_netpoll_setup", 1, 8}, {"ndo_poll_controller", 1, 0}});
    writer.add_composite(BTF_KIND_UNION, "", 16, {{"reserved", 1, 0}, {"", 2, 0}});
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64,
                         {{"ndo_start_xmit", 1, 32}, {"", 3, 40}, {"", 1, 56}});
    expect_small_layout(writer.bytes());
}

TEST(Btf, ThatContainsItselfIsRefused) {
    BtfWriter writer;
    writer.add_composite(BTF_KIND_UNION, "", 16, {{"", 1, 0}, {"", 1, 0}});
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64,
                         {{"ndo_start_xmit", 1, 32}, {"", 1, 40}});
    EXPECT_THAT(error_of(writer.bytes()), HasSubstr("damaged"));
}

TEST(Btf, OfAKernelWithoutNetpollHasNoHook) {
    BtfWriter writer;
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, {{"ndo_start_xmit", 1, 32}});
    const auto layout = ops_layout_from_btf(writer.bytes(), "vmlinux").value();
    EXPECT_EQ(layout.ndo_poll_controller, std::nullopt);
    EXPECT_EQ(layout.ndo_netpoll_setup, std::nullopt);
}

TEST(Btf, MayHaveTheStructureTwiceIfItIsTheSame) {
    BtfWriter writer;
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, test::small_ops_members());
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, test::small_ops_members());
    expect_small_layout(writer.bytes());
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 72, test::small_ops_members());
    EXPECT_THAT(error_of(writer.bytes()), HasSubstr("two kinds of struct net_device_ops"));
}

TEST(Btf, WithoutTheStructureIsNoUse) {
    BtfWriter writer;
    EXPECT_THAT(error_of(writer.bytes()), HasSubstr("without struct net_device_ops"));
    writer.add_composite(BTF_KIND_UNION, "net_device_ops", 64, test::small_ops_members());
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops_x", 64, test::small_ops_members());
    EXPECT_EQ(error_of(writer.bytes()), "vmlinux: BTF without struct net_device_ops");
}

TEST(Btf, OfAnUnknownKindIsRefused) {
    BtfWriter writer;
    writer.add_type(BTF_KIND_MAX + 1, 0, 0);
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, test::small_ops_members());
    EXPECT_EQ(error_of(writer.bytes()),
              "vmlinux: BTF with types of the unknown kind " + std::to_string(BTF_KIND_MAX + 1));
    writer = {};
    writer.add_type(BTF_KIND_UNKN, 0, 0);
    EXPECT_THAT(error_of(writer.bytes()), HasSubstr("unknown kind 0"));
}

TEST(Btf, OfAnUnknownVersionIsRefused) {
    std::string bytes = test::small_btf();
    bytes[offsetof(btf_header, version)] = 2;
    EXPECT_THAT(error_of(bytes), HasSubstr("unknown version 2"));
}

TEST(Btf, WithAMemberOutsideOfTheStructureIsRefused) {
    BtfWriter writer;
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 32, test::small_ops_members());
    EXPECT_THAT(error_of(writer.bytes()), HasSubstr("damaged"));
    writer = {};
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 0, {{"ndo_start_xmit", 1, 0}});
    EXPECT_THAT(error_of(writer.bytes()), HasSubstr("damaged"));
}

TEST(Btf, IsRefusedAtEveryTruncation) {
    const std::string bytes = test::small_btf();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_NE(error_of(bytes.substr(0, size)), "") << size;
    }
}

// All that is asked for may be there, and yet members that the structure claims are not.
TEST(Btf, WhoseLastTypeIsCutOffIsRefused) {
    BtfWriter writer;
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, test::small_ops_members());
    std::string bytes = writer.bytes();
    const std::size_t info = sizeof(btf_header) + offsetof(btf_type, info);
    ASSERT_EQ(*load<std::uint32_t>(bytes, info) & 0xffffU, 4U);
    bytes[info] = 5;
    EXPECT_THAT(error_of(bytes), HasSubstr("damaged"));
}

TEST(Btf, WithAbsurdPlacesIsRefused) {
    for (const std::size_t field : {offsetof(btf_header, hdr_len), offsetof(btf_header, type_off),
                                    offsetof(btf_header, type_len), offsetof(btf_header, str_off),
                                    offsetof(btf_header, str_len)}) {
        std::string bytes = test::small_btf();
        test::overwrite(bytes, field, std::uint32_t{0xffffffff});
        EXPECT_THAT(error_of(bytes), HasSubstr("damaged")) << field;
    }
    std::string bytes = test::small_btf();
    test::overwrite(bytes, offsetof(btf_header, hdr_len), std::uint32_t{0});
    EXPECT_THAT(error_of(bytes), HasSubstr("damaged"));
    EXPECT_THAT(error_of("text"), HasSubstr("no BTF"));
}

}  // namespace
}  // namespace netpoll_shim
