// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/elf_file.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "support/object_writer.hpp"

namespace netpoll_shim {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

std::string sample() {
    test::OpsObject object;
    object.add_table("ops", {32});
    return object.writer.bytes();
}

std::string error_of(const std::string& bytes) {
    const auto file = ElfFile::parse(bytes);
    return file ? "" : file.error().message;
}

// Where the header of a section begins.
std::size_t header_at(const std::string& bytes, std::size_t section) {
    return load<Elf64_Ehdr>(bytes, 0)->e_shoff + section * sizeof(Elf64_Shdr);
}

TEST(ElfFile, HasTheMachineAndSections) {
    const std::string x86 = sample();
    const std::string arm = test::ObjectWriter(EM_AARCH64).bytes();
    const std::string other = test::ObjectWriter(EM_RISCV).bytes();
    EXPECT_EQ(ElfFile::parse(x86)->machine(), Machine::x86_64);
    EXPECT_EQ(ElfFile::parse(arm)->machine(), Machine::arm64);
    EXPECT_EQ(ElfFile::parse(other)->machine(), Machine::other);

    const auto file = ElfFile::parse(x86).value();
    EXPECT_TRUE(file.is_relocatable());
    EXPECT_EQ(file.section(".missing"), nullptr);
    const ElfSection* text = file.section(".text");
    ASSERT_NE(text, nullptr);
    EXPECT_EQ(text->contents, "\xc3");
    EXPECT_TRUE(text->is_code());
    EXPECT_FALSE(text->is_writable());
    EXPECT_TRUE(text->is_allocated());
}

TEST(ElfFile, HasSymbolsAndRelocations) {
    test::ObjectWriter writer;
    const auto data = writer.add_section(".data", std::string(16, '\0'), SHF_ALLOC | SHF_WRITE);
    writer.add_symbol("local", data, 8, 4, STT_OBJECT);
    writer.add_symbol("absolute", SHN_ABS, 0, 0, STT_NOTYPE);
    const auto outside = writer.add_symbol("outside", SHN_UNDEF, 0, 0, STT_NOTYPE, STB_GLOBAL);
    writer.add_pointer(data, 8, outside);
    const std::string bytes = writer.bytes();
    const auto file = ElfFile::parse(bytes).value();

    const auto symbols = file.symbols();
    ASSERT_EQ(symbols.size(), 4U);
    EXPECT_EQ(file.name_of(symbols[1]), "local");
    EXPECT_EQ(file.section_of(symbols[1]), file.section(".data"));
    EXPECT_EQ(file.section_of(symbols[2]), nullptr);
    EXPECT_EQ(file.name_of(symbols[3]), "outside");
    EXPECT_EQ(file.section_of(symbols[3]), nullptr);

    const auto relocations = file.relocations(data);
    ASSERT_EQ(relocations.size(), 1U);
    EXPECT_EQ(relocations[0].r_offset, 8U);
    EXPECT_EQ(ELF64_R_SYM(relocations[0].r_info), outside);
    EXPECT_TRUE(file.relocations(data + 1).empty());
}

TEST(ElfFile, RefusesWhatItDoesNotRead) {
    EXPECT_EQ(error_of(""), "not an ELF file");
    EXPECT_EQ(error_of("#!/bin/sh\n"), "not an ELF file");
    std::string bytes = sample();
    bytes[EI_CLASS] = ELFCLASS32;
    EXPECT_EQ(error_of(bytes), "not a 64-bit ELF file");
    bytes = sample();
    bytes[EI_DATA] = ELFDATA2MSB;
    EXPECT_EQ(error_of(bytes), "not a little-endian ELF file");
}

TEST(ElfFile, WithoutSectionsIsEmpty) {
    std::string bytes = sample();
    test::overwrite(bytes, offsetof(Elf64_Ehdr, e_shoff), Elf64_Off{0});
    const auto file = ElfFile::parse(bytes);
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->sections().empty());
    EXPECT_TRUE(file->symbols().empty());
}

TEST(ElfFile, RefusesEveryTruncation) {
    const std::string bytes = sample();
    ASSERT_EQ(error_of(bytes), "");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        // On the heap and of this size exactly: a read behind the end is seen by ASan.
        EXPECT_NE(error_of(bytes.substr(0, size)), "") << size;
    }
}

struct Absurd {
    std::size_t offset;
    std::uint64_t value;
    std::size_t width;
    const char* error;
};

class AbsurdFileHeader : public testing::TestWithParam<Absurd> {};

TEST_P(AbsurdFileHeader, IsRefused) {
    std::string bytes = sample();
    bytes.replace(GetParam().offset, GetParam().width,
                  reinterpret_cast<const char*>(&GetParam().value), GetParam().width);
    EXPECT_THAT(error_of(bytes), HasSubstr(GetParam().error));
}

constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();

INSTANTIATE_TEST_SUITE_P(
    Table, AbsurdFileHeader,
    testing::Values(Absurd{offsetof(Elf64_Ehdr, e_shoff), huge, 8, "section headers outside"},
                    Absurd{offsetof(Elf64_Ehdr, e_shoff), huge - 63, 8, "section headers outside"},
                    Absurd{offsetof(Elf64_Ehdr, e_shnum), 0xffff, 2, "section headers outside"},
                    Absurd{offsetof(Elf64_Ehdr, e_shnum), 0, 2, "more sections"},
                    Absurd{offsetof(Elf64_Ehdr, e_shentsize), 0, 2, "of a wrong size"},
                    Absurd{offsetof(Elf64_Ehdr, e_shentsize), 40, 2, "of a wrong size"},
                    Absurd{offsetof(Elf64_Ehdr, e_shstrndx), 0xffff, 2, "no section names"},
                    Absurd{offsetof(Elf64_Ehdr, e_shstrndx), 0, 2, "name without end"}));

class AbsurdSectionHeader : public testing::TestWithParam<Absurd> {};

TEST_P(AbsurdSectionHeader, IsRefused) {
    std::string bytes = sample();
    bytes.replace(header_at(bytes, 2) + GetParam().offset, GetParam().width,
                  reinterpret_cast<const char*>(&GetParam().value), GetParam().width);
    EXPECT_THAT(error_of(bytes), HasSubstr(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    Table, AbsurdSectionHeader,
    testing::Values(Absurd{offsetof(Elf64_Shdr, sh_offset), huge, 8, "section outside"},
                    Absurd{offsetof(Elf64_Shdr, sh_size), huge, 8, "section outside"},
                    Absurd{offsetof(Elf64_Shdr, sh_size), huge - 64, 8, "section outside"},
                    Absurd{offsetof(Elf64_Shdr, sh_name), 0xffffffff, 4, "name without end"}));

TEST(ElfFile, RefusesSectionsThatOverlap) {
    std::string bytes = sample();
    for (const std::size_t section : {1, 2}) {
        test::overwrite(bytes, header_at(bytes, section) + offsetof(Elf64_Shdr, sh_offset),
                        Elf64_Off{0});
        test::overwrite(bytes, header_at(bytes, section) + offsetof(Elf64_Shdr, sh_size),
                        Elf64_Xword{bytes.size()});
    }
    EXPECT_THAT(error_of(bytes), HasSubstr("overlap"));
}

TEST(ElfFile, SectionsWithoutBitsTakeNoPartOfTheFile) {
    test::ObjectWriter writer;
    const auto bss = writer.add_section(".bss", "", SHF_ALLOC | SHF_WRITE, SHT_NOBITS);
    std::string bytes = writer.bytes();
    test::overwrite(bytes, header_at(bytes, bss) + offsetof(Elf64_Shdr, sh_size),
                    Elf64_Xword{huge});
    const auto file = ElfFile::parse(bytes);
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->sections()[bss].contents.empty());
}

TEST(ElfFile, NamesWithoutEndAreEmpty) {
    test::ObjectWriter writer;
    writer.add_symbol("ops", SHN_ABS, 0, 0, STT_OBJECT);
    const std::string bytes = writer.bytes();
    const auto file = ElfFile::parse(bytes).value();
    Elf64_Sym symbol = file.symbols().at(1);
    symbol.st_name = 0xffffffff;
    EXPECT_EQ(file.name_of(symbol), "");
    symbol.st_shndx = 1000;
    EXPECT_EQ(file.section_of(symbol), nullptr);
}

TEST(NameAt, IsBounded) {
    const std::string endless(2 * max_name_length, 'a');
    EXPECT_EQ(name_at(endless, 0), std::nullopt);
    EXPECT_EQ(name_at(endless, endless.size()), std::nullopt);
    const std::string table = "\0ab\0cd"s;
    EXPECT_EQ(name_at(table, 0), "");
    EXPECT_EQ(name_at(table, 2), "b");
    EXPECT_EQ(name_at(table, 4), std::nullopt);
}

}  // namespace
}  // namespace netpoll_shim
