// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "facts/object/compression.hpp"
#include "facts/object/elf_file.hpp"
#include "facts/object/ops_layout.hpp"

namespace netpoll_shim {

// Whether an ELF file (vmlinux, a module) exports a symbol to modules; nothing where it has no
// section __ksymtab_strings.
std::optional<bool> exports_symbol(const ElfFile& file, std::string_view symbol);

// A kernel: vmlinux, compressed or not, or an x86 vmlinuz that holds one
// (Documentation/x86/boot.rst, protocol 2.08 and later).
class KernelImage {
  public:
    // Fails for a damaged file, and where the ELF file cannot be had from it: an arm64 Image
    // carries none, and vmlinuz may be compressed with what decompress() does not read.
    static Result<KernelImage> parse(Bytes image, const std::string& path,
                                     std::size_t limit = max_unpacked_size);
    static Result<KernelImage> read(const std::filesystem::path& file);

    const std::string& path() const { return path_; }
    const ElfFile& elf() const { return elf_; }

    // Whether the kernel exports a symbol; nothing: the image does not tell.
    std::optional<bool> exports(std::string_view symbol) const {
        return exports_symbol(elf_, symbol);
    }
    // By its BTF. Fails where there is none.
    Result<OpsLayout> ops_layout() const;

  private:
    KernelImage(std::shared_ptr<const std::string> contents, ElfFile elf, std::string path)
        : contents_(std::move(contents)), elf_(std::move(elf)), path_(std::move(path)) {}

    std::shared_ptr<const std::string> contents_;  // what elf_ looks at
    ElfFile elf_;
    std::string path_;
};

}  // namespace netpoll_shim
