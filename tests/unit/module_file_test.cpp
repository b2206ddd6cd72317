// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/module_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "support/compressed.hpp"
#include "support/fake_host.hpp"
#include "support/object_writer.hpp"

namespace netpoll_shim {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto signature_trailer = "~Module signature appended~\n";

// A driver with modinfo, a table and an import.
test::OpsObject sample_object() {
    test::OpsObject object;
    object.add_table("ops", {32, 40});
    object.writer.add_section(".modinfo", test::modinfo_section({{"license", "GPL"},
                                                                 {"alias", "pci:b"},
                                                                 {"depends", ""},
                                                                 {"alias", "pci:a"},
                                                                 {"parm", "debug:a=b"}}));
    object.writer.add_symbol("register_netdev", SHN_UNDEF, 0, 0, STT_NOTYPE, STB_GLOBAL);
    return object;
}

std::string sample() {
    return sample_object().writer.bytes();
}

ModuleFile parse(const std::string& bytes) {
    auto module = ModuleFile::parse(bytes, "a.ko");
    EXPECT_TRUE(module) << module.error().message;
    return *std::move(module);
}

std::string error_of(const std::string& bytes) {
    const auto module = ModuleFile::parse(bytes, "a.ko");
    return module ? "" : module.error().message;
}

TEST(ModuleFile, HasModinfoInOrder) {
    const ModuleFile module = parse(sample());
    EXPECT_EQ(module.source(), "modinfo a.ko");
    EXPECT_EQ(module.get("license"), "GPL");
    EXPECT_EQ(module.get("alias"), "pci:b");
    EXPECT_EQ(module.get("depends"), "");
    EXPECT_EQ(module.get("parm"), "debug:a=b");
    EXPECT_EQ(module.get("version"), std::nullopt);
    std::vector<std::string> aliases;
    const auto [first, last] = module.modinfo().equal_range("alias");
    for (auto entry = first; entry != last; ++entry) {
        aliases.push_back(entry->second);
    }
    EXPECT_THAT(aliases, ElementsAre("pci:b", "pci:a"));
}

TEST(ModuleFile, TakesModinfoWithPaddingAndWithoutEnd) {
    test::ObjectWriter writer;
    writer.add_section(".modinfo", "\0\0a=1\0\0nothing\0=2\0b=3"s);
    const ModuleFile module = parse(writer.bytes());
    EXPECT_EQ(module.get("a"), "1");
    EXPECT_EQ(module.get("b"), "3");
    EXPECT_EQ(module.get("nothing"), std::nullopt);
    EXPECT_EQ(module.modinfo().size(), 3U);
}

TEST(ModuleFile, IsReadCompressed) {
    EXPECT_EQ(parse(test::gzip(sample())).get("license"), "GPL");
    EXPECT_EQ(parse(test::xz(sample())).get("license"), "GPL");
    EXPECT_EQ(parse(test::zstd(sample())).get("license"), "GPL");
}

TEST(ModuleFile, StaysValidWhereItIsMovedAndCopied) {
    auto first = std::make_unique<ModuleFile>(parse(test::gzip(sample())));
    const ModuleFile copy = *first;
    const ModuleFile moved = std::move(*first);
    first.reset();
    EXPECT_THAT(moved.undefined_symbols(), ElementsAre("register_netdev"));
    EXPECT_EQ(copy.read_ops(test::small_layout()).hook, HookAnswer::yes);
}

TEST(ModuleFile, HasImportsWithTheirCrcs) {
    auto object = sample_object();
    std::string versions;
    for (const auto& [name, crc] : {std::pair("register_netdev", 0x11223344ULL),
                                    std::pair("alloc_netdev_mqs", 0xfffffff5ULL)}) {
        std::string padded(name);
        padded.resize(56);
        test::append(versions, std::uint64_t{crc});
        versions += padded;
    }
    object.writer.add_section("__versions", versions + "cut off");
    const ModuleFile module = parse(object.writer.bytes());
    ASSERT_EQ(module.imports().size(), 2U);
    EXPECT_EQ(module.imports()[0].name, "register_netdev");
    EXPECT_EQ(module.imports()[0].crc, 0x11223344U);
    EXPECT_EQ(module.imports()[1].name, "alloc_netdev_mqs");
    EXPECT_EQ(module.imports()[1].crc, 0xfffffff5U);
}

TEST(ModuleFile, HasExtendedVersionsBeforePlainOnes) {
    auto object = sample_object();
    std::string crcs;
    test::append(crcs, std::uint32_t{7});
    test::append(crcs, std::uint32_t{8});
    test::append(crcs, std::uint32_t{9});
    object.writer.add_section("__version_ext_crcs", crcs);
    object.writer.add_section("__version_ext_names", "one\0two\0"s);
    object.writer.add_section("__versions", std::string(64, 'x'));
    const ModuleFile module = parse(object.writer.bytes());
    ASSERT_EQ(module.imports().size(), 2U);
    EXPECT_EQ(module.imports()[0].name, "one");
    EXPECT_EQ(module.imports()[0].crc, 7U);
    EXPECT_EQ(module.imports()[1].name, "two");
    EXPECT_EQ(module.imports()[1].crc, 8U);
}

// algo, hash, id_type, signer_len, key_id_len, 3 bytes of padding, sig_len in big endian
std::string signature(char id_type, std::uint8_t length, const std::string& body) {
    return body + "\0\0"s + id_type + std::string(8, '\0') + static_cast<char>(length) +
           signature_trailer;
}

TEST(ModuleFile, TellsTheSignature) {
    EXPECT_EQ(parse(sample()).signature(), std::nullopt);
    EXPECT_FALSE(parse(sample()).is_signed());
    const ModuleFile pkcs7 = parse(sample() + signature(2, 4, "pkcs"));
    EXPECT_EQ(pkcs7.signature(), SignatureType::pkcs7);
    EXPECT_TRUE(pkcs7.is_signed());
    EXPECT_EQ(parse(sample() + signature(1, 4, "x509")).signature(), SignatureType::x509);
    EXPECT_EQ(parse(test::xz(sample() + signature(2, 4, "pkcs"))).signature(),
              SignatureType::pkcs7);
}

TEST(ModuleFile, WithAnUnsoundSignatureIsNotSigned) {
    EXPECT_FALSE(parse(sample() + signature(3, 4, "none")).is_signed());
    std::string too_long = sample() + signature(2, 4, "pkcs");
    too_long[too_long.size() - std::string(signature_trailer).size() - 4] = '\x7f';
    EXPECT_FALSE(parse(too_long).is_signed());
    EXPECT_FALSE(parse(sample() + signature(2, 4, "pkcs") + "\n").is_signed());
}

TEST(ModuleFile, ThatIsNoneIsRefused) {
    EXPECT_EQ(error_of("text"), "a.ko: not an ELF file");
    EXPECT_EQ(error_of(test::ObjectWriter().bytes()), "a.ko: not a kernel module");
    std::string program = sample();
    test::overwrite(program, offsetof(Elf64_Ehdr, e_type), Elf64_Half{ET_DYN});
    EXPECT_EQ(error_of(program), "a.ko: not a kernel module");
    EXPECT_THAT(error_of(test::gzip(sample()).substr(0, 100)),
                HasSubstr("a.ko: its gzip data are damaged"));
}

TEST(ModuleFile, OfTooMuchModinfoIsRefused) {
    test::ObjectWriter writer;
    writer.add_section(".modinfo", std::string((std::size_t{4} << 20U) + 1, '\0'));
    EXPECT_THAT(error_of(writer.bytes()), HasSubstr("modinfo is too large"));
}

TEST(ModuleFile, IsRefusedAtEveryTruncation) {
    const std::string bytes = sample();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_NE(error_of(bytes.substr(0, size)), "") << size;
    }
}

// Every byte of a sound file wrong, one at a time: nothing may come of it but an answer or an
// error.
TEST(ModuleFile, WithAnyByteWrongIsSafeToRead) {
    const std::string sound = sample();
    std::size_t refused = 0;
    for (std::size_t at = 0; at < sound.size(); ++at) {
        for (const char wrong : {'\0', '\x7f', '\xff'}) {
            std::string bytes = sound;
            bytes[at] = wrong;
            const auto module = ModuleFile::parse(bytes, "a.ko");
            if (!module) {
                ++refused;
            } else if (module->read_ops(test::small_layout()).hook == HookAnswer::cannot_tell) {
                EXPECT_NE(module->read_ops(test::small_layout()).reason, "");
            }
        }
    }
    EXPECT_GT(refused, 0U);
}

TEST(ModuleFile, IsReadFromAFile) {
    const test::FakeHost host;
    std::ofstream(host.path("a.ko.zst"), std::ios::binary) << test::zstd(sample());
    const auto module = ModuleFile::read(host.path("a.ko.zst"));
    ASSERT_TRUE(module);
    EXPECT_EQ(module->path(), host.path("a.ko.zst"));
    EXPECT_THAT(ModuleFile::read(host.path("b.ko")).error().message,
                HasSubstr("b.ko: No such file or directory"));
}

}  // namespace
}  // namespace netpoll_shim
