// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/ops_tables.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "support/object_writer.hpp"

namespace netpoll_shim {
namespace {

using test::OpsObject;
using test::small_layout;
using testing::HasSubstr;

constexpr Elf64_Addr start_xmit = 32;
constexpr Elf64_Addr poll_controller = 40;
constexpr Elf64_Addr netpoll_setup = 48;

OpsReading read_bytes(const std::string& bytes, const OpsLayout& layout = small_layout()) {
    const auto file = ElfFile::parse(bytes);
    EXPECT_TRUE(file) << file.error().message;
    return file ? read_ops_tables(*file, layout) : OpsReading();
}

OpsReading read(const OpsObject& object, const OpsLayout& layout = small_layout()) {
    return read_bytes(object.writer.bytes(), layout);
}

class OpsTables : public testing::TestWithParam<Elf64_Half> {};

TEST_P(OpsTables, WithTheHook) {
    OpsObject object(GetParam());
    object.add_table("a_ops", {start_xmit, poll_controller, netpoll_setup});
    const auto reading = read(object);
    EXPECT_EQ(reading.hook, HookAnswer::yes);
    EXPECT_EQ(reading.netpoll_setup, true);
    EXPECT_EQ(reading.reason, "ndo_poll_controller is set in a_ops");
    ASSERT_EQ(reading.tables.size(), 1U);
    EXPECT_EQ(reading.tables[0].symbol, "a_ops");
    EXPECT_TRUE(reading.tables[0].hook);
    EXPECT_EQ(reading.tables[0].netpoll_setup, true);
}

TEST_P(OpsTables, WithoutTheHook) {
    OpsObject object(GetParam());
    object.add_table("a_ops", {0, start_xmit, 56});
    object.add_table("b_ops", {start_xmit});
    const auto reading = read(object);
    EXPECT_EQ(reading.hook, HookAnswer::no);
    EXPECT_EQ(reading.netpoll_setup, false);
    EXPECT_EQ(reading.reason, "ndo_poll_controller is not set in a_ops, b_ops");
    EXPECT_EQ(reading.tables.size(), 2U);
}

TEST_P(OpsTables, ThatDiffer) {
    OpsObject object(GetParam());
    object.add_table("a_ops", {start_xmit, poll_controller});
    object.add_table("b_ops", {start_xmit, netpoll_setup});
    const auto reading = read(object);
    EXPECT_EQ(reading.hook, HookAnswer::tables_differ);
    EXPECT_EQ(reading.netpoll_setup, std::nullopt);
    EXPECT_EQ(reading.reason, "ndo_poll_controller is set in a_ops, but not in b_ops");
}

INSTANTIATE_TEST_SUITE_P(Machines, OpsTables, testing::Values(EM_X86_64, EM_AARCH64));

TEST(OpsTables, OfAnArrayAreOneEach) {
    OpsObject object;
    object.add_table("ops", {start_xmit, poll_controller, 64 + start_xmit}, 128);
    const auto reading = read(object);
    EXPECT_EQ(reading.hook, HookAnswer::tables_differ);
    EXPECT_EQ(reading.reason, "ndo_poll_controller is set in ops[0], but not in ops[1]");
}

TEST(OpsTables, OfTwoNamesAreOne) {
    OpsObject object;
    const auto at = object.add_table("ops", {start_xmit});
    object.writer.add_symbol("alias", object.data, at, 64, STT_OBJECT, STB_GLOBAL);
    EXPECT_EQ(read(object).tables.size(), 1U);
}

TEST(OpsTables, NamesOfManyAreNotAllTold) {
    OpsObject object;
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
        object.add_table(name, {start_xmit});
    }
    EXPECT_EQ(read(object).reason, "ndo_poll_controller is not set in a, b, c, d and 2 more");
}

// A symbol of the section and an addend is how compilers refer to static functions; an undefined
// one is a function of another module.
TEST(OpsTables, TakeEveryWayToNameAFunction) {
    OpsObject object;
    object.add_table("by_section", {});
    object.add_table("by_import", {});
    const auto section = object.writer.add_symbol("", 1, 0, 0, STT_SECTION);
    const auto import = object.writer.add_symbol("arcnet_send_packet", SHN_UNDEF, 0, 0, STT_NOTYPE);
    object.writer.add_pointer(object.data, start_xmit, section);
    object.writer.add_pointer(object.data, 64 + start_xmit, import);
    EXPECT_EQ(read(object).tables.size(), 2U);
}

class NotATable : public testing::Test {
  protected:
    // What is no table must not be in the way of the one that is.
    void expect_one(const OpsObject& object) {
        const auto reading = read(object);
        EXPECT_EQ(reading.hook, HookAnswer::yes);
        ASSERT_EQ(reading.tables.size(), 1U);
        EXPECT_EQ(reading.tables[0].symbol, "ops");
    }

    NotATable() { object.add_table("ops", {start_xmit, poll_controller}); }

    OpsObject object;
};

TEST_F(NotATable, IsAnObjectOfAnotherSize) {
    object.add_table("smaller", {start_xmit}, 56);
    object.add_table("larger", {start_xmit}, 72);
    expect_one(object);
}

TEST_F(NotATable, IsAnArrayWithAGap) {
    object.add_table("gap", {start_xmit, 128 + start_xmit}, 192);
    expect_one(object);
}

TEST_F(NotATable, HidesNoneAtItsPlace) {
    const Elf64_Addr at = 512;
    object.writer.add_symbol("array_with_a_gap", object.data, at, 192, STT_OBJECT);
    object.writer.add_symbol("behind", object.data, at, 64, STT_OBJECT);
    object.writer.add_pointer(object.data, at + start_xmit, object.function);
    EXPECT_EQ(read(object).tables.size(), 2U);
}

TEST_F(NotATable, IsAnObjectWithoutStartXmit) {
    object.add_table("strings", {0, 8, poll_controller});
    expect_one(object);
}

TEST_F(NotATable, IsAnObjectWithDataInStartXmit) {
    const auto at = object.add_table("other", {});
    const auto data = object.writer.add_symbol("data", object.data, 0, 8, STT_OBJECT);
    object.writer.add_pointer(object.data, at + start_xmit, data);
    expect_one(object);
}

TEST_F(NotATable, IsAnObjectWithAnotherKindOfRelocation) {
    const auto at = object.add_table("other", {});
    object.writer.add_relocation(
        object.data, {at + start_xmit, ELF64_R_INFO(object.function, R_X86_64_PC32), 0});
    expect_one(object);
}

TEST_F(NotATable, IsAnObjectWhoseFunctionIsNoSymbol) {
    const auto at = object.add_table("other", {});
    object.writer.add_pointer(object.data, at + start_xmit, 0);
    object.writer.add_pointer(object.data, at + start_xmit, 0xffffffff);
    expect_one(object);
}

TEST_F(NotATable, IsAFunction) {
    object.writer.add_symbol("function", object.data, 0, 64, STT_FUNC);
    expect_one(object);
}

TEST_F(NotATable, LiesOutsideOfItsSection) {
    constexpr Elf64_Addr huge = ~Elf64_Addr{0};
    object.writer.add_pointer(object.data, 1000 + start_xmit, object.function);
    object.writer.add_symbol("over_the_end", object.data, 1000, 64, STT_OBJECT);
    object.writer.add_symbol("behind", object.data, 2048, 64, STT_OBJECT);
    object.writer.add_symbol("huge", object.data, huge, 64, STT_OBJECT);
    object.writer.add_symbol("nearly_huge", object.data, huge - 63, 64, STT_OBJECT);
    object.writer.add_symbol("of_huge_size", object.data, 0, huge - 63, STT_OBJECT);
    expect_one(object);
}

TEST_F(NotATable, IsDataThatAreNotLoaded) {
    const auto debug = object.writer.add_section(".debug", std::string(64, '\0'), 0);
    object.writer.add_symbol("debug", debug, 0, 64, STT_OBJECT);
    object.writer.add_pointer(debug, start_xmit, object.function);
    expect_one(object);
}

TEST(OpsTables, AreLookedForInEveryKindOfData) {
    OpsObject object;
    int count = 0;
    for (const char* name : {".data", ".data.rel.ro", ".data..ro_after_init", ".init.data"}) {
        const auto section =
            object.writer.add_section(name, std::string(64, '\0'), SHF_ALLOC | SHF_WRITE);
        object.writer.add_symbol(name, section, 0, 64, STT_OBJECT, STB_GLOBAL);
        object.writer.add_pointer(section, start_xmit, object.function);
        ++count;
    }
    EXPECT_EQ(read(object).tables.size(), count);
}

TEST(OpsTables, WithoutTheOffsetOfStartXmitNeedAnyFunction) {
    OpsLayout layout = small_layout();
    layout.ndo_start_xmit = std::nullopt;
    layout.ndo_netpoll_setup = std::nullopt;
    OpsObject object;
    object.add_table("ops", {poll_controller, netpoll_setup});
    object.add_table("zeros", {});
    const auto reading = read(object, layout);
    ASSERT_EQ(reading.tables.size(), 1U);
    EXPECT_EQ(reading.hook, HookAnswer::yes);
    EXPECT_EQ(reading.netpoll_setup, std::nullopt);
    EXPECT_EQ(reading.tables[0].netpoll_setup, std::nullopt);
}

TEST(OpsTables, CannotHaveAHookThatTheKernelDoesNotKnow) {
    OpsLayout layout = small_layout();
    layout.ndo_poll_controller = std::nullopt;
    OpsObject object;
    object.add_table("ops", {start_xmit, poll_controller});
    EXPECT_EQ(read(object, layout).hook, HookAnswer::no);
    EXPECT_THAT(read(object, layout).reason, HasSubstr("the kernel has no ndo_poll_controller"));
}

void expect_cannot_tell(const OpsReading& reading, const char* reason) {
    EXPECT_EQ(reading.hook, HookAnswer::cannot_tell);
    EXPECT_EQ(reading.netpoll_setup, std::nullopt);
    EXPECT_TRUE(reading.tables.empty());
    EXPECT_THAT(reading.reason, HasSubstr(reason));
}

TEST(OpsTables, CannotBeToldWithoutSymbols) {
    OpsObject object;
    object.add_table("ops", {start_xmit, poll_controller});
    object.writer.with_symbol_table = false;
    expect_cannot_tell(read(object), "no symbol table");
}

TEST(OpsTables, CannotBeToldForAnotherMachine) {
    OpsObject object(EM_RISCV);
    object.add_table("ops", {start_xmit, poll_controller});
    expect_cannot_tell(read(object), "a machine other than");
}

TEST(OpsTables, CannotBeToldOfWhatIsNoModule) {
    OpsObject object;
    object.add_table("ops", {start_xmit, poll_controller});
    std::string bytes = object.writer.bytes();
    test::overwrite(bytes, offsetof(Elf64_Ehdr, e_type), Elf64_Half{ET_EXEC});
    expect_cannot_tell(read_bytes(bytes), "no relocatable object");
}

TEST(OpsTables, CannotBeToldFromRel) {
    OpsObject object;
    object.add_table("ops", {start_xmit, poll_controller});
    object.writer.with_rel = true;
    expect_cannot_tell(read(object), "type REL");
}

TEST(OpsTables, MayBeThoseOfAnotherModule) {
    OpsObject object;
    object.writer.add_symbol("usbnet_probe", SHN_UNDEF, 0, 0, STT_NOTYPE, STB_GLOBAL);
    expect_cannot_tell(read(object), "are in another module");
}

TEST(OpsTables, MayBeOfAnotherKernel) {
    OpsObject object;
    object.add_table("ops", {start_xmit, poll_controller}, 72);
    object.writer.add_symbol("register_netdev", SHN_UNDEF, 0, 0, STT_NOTYPE, STB_GLOBAL);
    expect_cannot_tell(read(object), "no net_device_ops of 64 bytes");
    EXPECT_THAT(read(object).reason, HasSubstr("another kernel than a test tells of"));
}

TEST(OpsTables, MayBeFilledInAtRunTime) {
    OpsObject object;
    const auto bss =
        object.writer.add_section(".data", std::string(64, '\0'), SHF_ALLOC | SHF_WRITE);
    object.writer.add_symbol("late_ops", bss, 0, 64, STT_OBJECT);
    object.writer.add_symbol("register_netdev", SHN_UNDEF, 0, 0, STT_NOTYPE, STB_GLOBAL);
    expect_cannot_tell(read(object), "late_ops, of the size of a net_device_ops, is filled in at");
}

TEST(OpsTables, AreNeverHundreds) {
    OpsObject object;
    const auto data = object.writer.add_section(".data", std::string(102 * 64, '\0'));
    for (Elf64_Addr at = 0; at < 102 * 64; at += 64) {
        object.writer.add_pointer(data, at + start_xmit, object.function);
    }
    object.writer.add_symbol("array", data, 0, 101 * 64, STT_OBJECT);
    expect_cannot_tell(read(object), "in another module");
    object.writer.add_symbol("array", data, 64, 100 * 64, STT_OBJECT);
    EXPECT_EQ(read(object).tables.size(), 100U);
    object.writer.add_symbol("one_more", data, 101 * 64, 64, STT_OBJECT);
    expect_cannot_tell(read(object), "more net_device_ops than a driver can have");
}

TEST(OpsTables, ALayoutOfNoSizeFitsNothing) {
    OpsObject object;
    object.add_table("ops", {start_xmit}, 0);
    OpsLayout layout = small_layout();
    layout.size = 0;
    expect_cannot_tell(read(object, layout), "in another module");
}

std::string compiled_object() {
    std::ifstream file(COMPILED_OPS_OBJECT, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// By the compiler that the tests are built with, as kbuild has it do.
TEST(CompiledOpsTables, AreFound) {
    const auto reading = read_bytes(compiled_object());
    ASSERT_EQ(reading.tables.size(), 4U);
    EXPECT_EQ(reading.hook, HookAnswer::tables_differ);
    std::map<std::string, bool> hooks;
    for (const OpsTable& table : reading.tables) {
        hooks[table.symbol] = table.hook;
        EXPECT_EQ(table.netpoll_setup, table.symbol == "stacked_ops") << table.symbol;
    }
    EXPECT_EQ(hooks, (std::map<std::string, bool>{{"hook_ops", true},
                                                  {"plain_ops", false},
                                                  {"stacked_ops", true},
                                                  {"writable_ops", false}}));
}

}  // namespace
}  // namespace netpoll_shim
