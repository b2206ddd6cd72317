// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/kernel_image.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "support/btf_writer.hpp"
#include "support/compressed.hpp"
#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

std::string exported_names() {
    return "\0__netpoll_setup\0netpoll_poll_dev\0x_register_netdev\0"s;
}

std::string vmlinux() {
    test::ObjectWriter writer;
    writer.add_section(".BTF", test::small_btf());
    writer.add_section("__ksymtab_strings", exported_names());
    return writer.bytes();
}

std::string bzimage(const std::string& payload, std::uint8_t setup_sectors = 1,
                    std::uint16_t version = 0x20f) {
    constexpr std::uint32_t payload_offset = 16;
    std::string image((setup_sectors == 0 ? 5U : setup_sectors + 1U) * 512 + payload_offset, '\0');
    test::overwrite(image, 0x1f1, setup_sectors);
    image.replace(0x202, 4, "HdrS");
    test::overwrite(image, 0x206, version);
    test::overwrite(image, 0x248, payload_offset);
    test::overwrite(image, 0x24c, static_cast<std::uint32_t>(payload.size()));
    return image + payload + "what follows";
}

std::string error_of(const std::string& bytes) {
    const auto image = KernelImage::parse(bytes, "/boot/k");
    return image ? "" : image.error().message;
}

void expect_kernel(const std::string& bytes) {
    const auto image = KernelImage::parse(bytes, "/boot/k");
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->exports("netpoll_poll_dev"), true);
    EXPECT_EQ(image->exports("netpoll_poll"), false);
    const auto layout = image->ops_layout();
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->size, 64U);
    EXPECT_EQ(layout->source, "BTF of /boot/k");
}

TEST(KernelImage, IsReadFromAnElfFile) {
    expect_kernel(vmlinux());
    expect_kernel(test::gzip(vmlinux()));
}

TEST(KernelImage, IsReadFromABzImage) {
    expect_kernel(bzimage(test::gzip(vmlinux())));
    // The build appends the size to what is not gzip.
    expect_kernel(bzimage(test::xz(vmlinux()) + "size"));
    expect_kernel(bzimage(test::zstd(vmlinux()) + "size"));
    expect_kernel(bzimage(test::lz4(vmlinux()) + "size"));
    expect_kernel(bzimage(vmlinux()));
    expect_kernel(bzimage(test::gzip(vmlinux()), 0));
    expect_kernel(bzimage(test::gzip(vmlinux()), 63));
}

TEST(KernelImage, NamesExactlyWhatIsExported) {
    const std::string bytes = vmlinux();
    const auto elf = ElfFile::parse(bytes).value();
    EXPECT_EQ(exports_symbol(elf, "__netpoll_setup"), true);
    EXPECT_EQ(exports_symbol(elf, "register_netdev"), false);
    EXPECT_EQ(exports_symbol(elf, "x_register_netdev"), true);
    EXPECT_EQ(exports_symbol(elf, "x_register_netde"), false);

    test::ObjectWriter writer;
    writer.add_section("__ksymtab_strings", "other\0first"s);
    const std::string unterminated = writer.bytes();
    const auto other = ElfFile::parse(unterminated).value();
    EXPECT_EQ(exports_symbol(other, "other"), true);
    EXPECT_EQ(exports_symbol(other, "first"), false);

    const std::string none = test::ObjectWriter().bytes();
    EXPECT_EQ(exports_symbol(ElfFile::parse(none).value(), "first"), std::nullopt);
}

TEST(KernelImage, WithoutBtfHasNoLayout) {
    const std::string bytes = test::ObjectWriter().bytes();
    const auto layout = KernelImage::parse(bytes, "/boot/k")->ops_layout();
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().message, "/boot/k: no BTF in it");
}

TEST(KernelImage, OfAnOldBootProtocolIsRefused) {
    EXPECT_THAT(error_of(bzimage(test::gzip(vmlinux()), 1, 0x207)),
                HasSubstr("a boot protocol before 2.08"));
    expect_kernel(bzimage(test::gzip(vmlinux()), 1, 0x208));
}

TEST(KernelImage, InAnotherCompressionIsRefused) {
    EXPECT_EQ(error_of(bzimage("BZh91AY")),
              "/boot/k: it is compressed with bzip2, which is not read");
}

TEST(KernelImage, WithoutElfFileIsRefused) {
    std::string arm(128, '\0');
    arm.replace(56, 4, "ARM\x64");
    EXPECT_EQ(error_of(arm), "/boot/k: an arm64 Image, which carries no vmlinux");
    EXPECT_EQ(error_of(test::gzip(arm)), "/boot/k: an arm64 Image, which carries no vmlinux");
    EXPECT_THAT(error_of("MZ\0\0zimg"s + std::string(64, '\0')), HasSubstr("EFI zboot"));
    EXPECT_EQ(error_of("text"), "/boot/k: not an ELF file");
}

TEST(KernelImage, IsRefusedAtEveryTruncation) {
    const std::string payload = test::zstd(vmlinux());
    const std::string bytes = bzimage(payload);
    const std::size_t needed = bytes.size() - std::string("what follows").size();
    expect_kernel(bytes.substr(0, needed));
    for (std::size_t size = 0; size < needed; ++size) {
        EXPECT_NE(error_of(bytes.substr(0, size)), "") << size;
    }
}

TEST(KernelImage, IsReadFromAFile) {
    const test::FakeHost host;
    std::ofstream(host.path("vmlinuz"), std::ios::binary) << bzimage(test::xz(vmlinux()));
    const auto image = KernelImage::read(host.path("vmlinuz"));
    ASSERT_TRUE(image);
    EXPECT_EQ(image->path(), host.path("vmlinuz"));
    EXPECT_EQ(image->exports("netpoll_poll_dev"), true);
    EXPECT_THAT(KernelImage::read(host.path("missing")).error().message,
                HasSubstr("missing: No such file"));
}

}  // namespace
}  // namespace netpoll_shim
