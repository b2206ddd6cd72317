// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/kernel_image.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "facts/object/btf.hpp"
#include "util/file.hpp"

namespace netpoll_shim {

namespace {

using namespace std::string_view_literals;

constexpr auto elf_magic =
    "\x7f"
    "ELF"sv;

// Offsets and values of Documentation/x86/boot.rst, "The Real-Mode Kernel Header".
namespace bzimage {
constexpr std::uint64_t setup_sectors = 0x1f1;  // byte; 0 means 4
constexpr std::uint64_t header = 0x202;         // "HdrS"
constexpr std::uint64_t version = 0x206;        // 2 bytes
constexpr std::uint64_t payload_offset = 0x248;
constexpr std::uint64_t payload_length = 0x24c;
constexpr std::uint16_t first_with_payload = 0x208;
constexpr std::uint64_t sector_size = 512;
}  // namespace bzimage

bool has_at(Bytes bytes, std::uint64_t offset, std::string_view magic) {
    return part_of(bytes, offset, magic.size()) == magic;
}

Result<std::string> unpack_bzimage(Bytes image, std::size_t limit) {
    const auto version = load<std::uint16_t>(image, bzimage::version);
    const auto setup_sectors = load<std::uint8_t>(image, bzimage::setup_sectors);
    const auto offset = load<std::uint32_t>(image, bzimage::payload_offset);
    const auto length = load<std::uint32_t>(image, bzimage::payload_length);
    if (!version || !setup_sectors || !offset || !length) {
        return failure("a truncated kernel image");
    }
    if (*version < bzimage::first_with_payload) {
        return failure(
            "a kernel image of a boot protocol before 2.08, which does not tell where "
            "its vmlinux is");
    }
    const std::uint64_t protected_mode_code =
        ((*setup_sectors == 0 ? 4U : *setup_sectors) + 1U) * bzimage::sector_size;
    const auto payload = part_of(image, protected_mode_code + *offset, *length);
    if (!payload) {
        return failure("a truncated kernel image");
    }
    return decompress(*payload, limit);
}

// The ELF file of a kernel, whatever it is in.
Result<std::string> unpack_kernel(Bytes image, std::size_t limit) {
    if (has_at(image, bzimage::header, "HdrS"sv)) {
        return unpack_bzimage(image, limit);
    }
    // include/linux/pe.h and drivers/firmware/efi/libstub/zboot-header.S
    if (has_at(image, 0, "MZ"sv) && has_at(image, 4, "zimg"sv)) {
        return failure("an EFI zboot image, which carries no vmlinux");
    }
    return decompress(image, limit);
}

}  // namespace

std::optional<bool> exports_symbol(const ElfFile& file, std::string_view symbol) {
    const ElfSection* section = file.section("__ksymtab_strings");
    if (section == nullptr || section->contents.empty()) {
        return std::nullopt;
    }
    const Bytes names = section->contents;
    for (std::size_t at = names.find(symbol); at != Bytes::npos; at = names.find(symbol, at + 1)) {
        const std::size_t end = at + symbol.size();
        if ((at == 0 || names[at - 1] == '\0') && end < names.size() && names[end] == '\0') {
            return true;
        }
    }
    return false;
}

Result<KernelImage> KernelImage::parse(Bytes image, const std::string& path, std::size_t limit) {
    auto unpacked = unpack_kernel(image, limit);
    if (!unpacked) {
        return failure_in(path, unpacked.error());
    }
    // arch/arm64/include/asm/image.h
    if (has_at(*unpacked, 56, "ARMd"sv) && !unpacked->starts_with(elf_magic)) {
        return failure(fmt::format("{}: an arm64 Image, which carries no vmlinux", path));
    }
    const auto contents = std::make_shared<const std::string>(*std::move(unpacked));
    auto elf = ElfFile::parse(*contents);
    if (!elf) {
        return failure_in(path, elf.error());
    }
    return KernelImage(contents, *std::move(elf), path);
}

Result<KernelImage> KernelImage::read(const std::filesystem::path& file) {
    const auto bytes = read_file(file, max_unpacked_size);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    return parse(*bytes, file.string());
}

Result<OpsLayout> KernelImage::ops_layout() const {
    const ElfSection* btf = elf_.section(".BTF");
    if (btf == nullptr) {
        return failure(fmt::format("{}: no BTF in it", path_));
    }
    return ops_layout_from_btf(btf->contents, fmt::format("BTF of {}", path_));
}

}  // namespace netpoll_shim
