// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/object/compression.hpp"
#include "facts/object/elf_file.hpp"
#include "facts/object/ops_tables.hpp"

namespace netpoll_shim {

// By include/linux/module_signature.h.
enum class SignatureType { pgp = 0, x509 = 1, pkcs7 = 2 };

// A symbol that a module was built against (CONFIG_MODVERSIONS).
struct ImportedSymbol {
    std::string_view name;
    std::uint32_t crc = 0;
};

// The contents of a module's file (.ko, compressed or not). Its names look into the file, which
// lives as long as this or a copy of it.
class ModuleFile {
  public:
    // Fails for a damaged file and for one that is no kernel module; errors name the path.
    static Result<ModuleFile> parse(Bytes file, const std::string& path,
                                    std::size_t limit = max_unpacked_size);
    static Result<ModuleFile> read(const std::filesystem::path& file);

    const std::string& path() const { return path_; }
    std::string source() const { return "modinfo " + path_; }
    const ElfFile& elf() const { return elf_; }

    // Those of one key ("alias", "parm", "depends") in the order of the file.
    const std::multimap<std::string, std::string>& modinfo() const { return modinfo_; }
    // The first value of a key; nothing if the module has none.
    std::optional<std::string> get(const std::string& key) const;

    // In the order of the file; empty without CONFIG_MODVERSIONS.
    const std::vector<ImportedSymbol>& imports() const { return imports_; }
    // What the kernel or other modules must define, in the order of the symbol table.
    std::vector<std::string_view> undefined_symbols() const;

    // What kind of signature is appended; nothing if none is. Whether it is valid is not looked at.
    std::optional<SignatureType> signature() const { return signature_; }
    bool is_signed() const { return signature_.has_value(); }

    OpsReading read_ops(const OpsLayout& layout) const { return read_ops_tables(elf_, layout); }

  private:
    ModuleFile(std::shared_ptr<const std::string> contents, ElfFile elf, std::string path)
        : contents_(std::move(contents)), elf_(std::move(elf)), path_(std::move(path)) {}

    std::shared_ptr<const std::string> contents_;  // what elf_ and the names look at
    ElfFile elf_;
    std::string path_;
    std::multimap<std::string, std::string> modinfo_;
    std::vector<ImportedSymbol> imports_;
    std::optional<SignatureType> signature_;
};

}  // namespace netpoll_shim
