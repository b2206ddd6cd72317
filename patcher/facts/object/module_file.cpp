// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/module_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "util/file.hpp"

namespace netpoll_shim {

namespace {

// A hundred times what the largest module has; each entry costs more memory than it has bytes.
constexpr std::size_t max_modinfo_size = std::size_t{4} << 20U;

Result<std::multimap<std::string, std::string>> read_modinfo(const ElfFile& elf) {
    const ElfSection* section = elf.section(".modinfo");
    if (!elf.is_relocatable() || section == nullptr) {
        return failure("not a kernel module");
    }
    Bytes rest = section->contents;
    if (rest.size() > max_modinfo_size) {
        return failure("its modinfo is too large for a kernel module");
    }
    std::multimap<std::string, std::string> modinfo;
    while (!rest.empty()) {
        const auto entry = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
        if (const auto equals = entry.find('='); equals != std::string_view::npos) {
            modinfo.emplace(entry.substr(0, equals), entry.substr(equals + 1));
        }
    }
    return modinfo;
}

// struct modversion_info of include/linux/module.h on 64-bit machines.
struct ModversionInfo {
    std::uint64_t crc;
    std::array<char, 56> name;
};

std::vector<ImportedSymbol> read_versions(Bytes table) {
    std::vector<ImportedSymbol> imports;
    for (; table.size() >= sizeof(ModversionInfo); table.remove_prefix(sizeof(ModversionInfo))) {
        const Bytes entry = table.substr(0, sizeof(ModversionInfo));
        const auto name = name_at(entry, offsetof(ModversionInfo, name)).value_or("");
        if (!name.empty()) {
            imports.push_back({name, load<std::uint32_t>(entry, 0).value_or(0)});
        }
    }
    return imports;
}

// CONFIG_EXTENDED_MODVERSIONS: names in the order of the CRCs.
std::vector<ImportedSymbol> read_extended_versions(Bytes names, Bytes crcs) {
    std::vector<ImportedSymbol> imports;
    for (; crcs.size() >= sizeof(std::uint32_t); crcs.remove_prefix(sizeof(std::uint32_t))) {
        const auto name = name_at(names, 0);
        if (!name) {
            break;
        }
        imports.push_back({*name, load<std::uint32_t>(crcs, 0).value_or(0)});
        names.remove_prefix(name->size() + 1);
    }
    return imports;
}

std::vector<ImportedSymbol> read_imports(const ElfFile& elf) {
    const ElfSection* names = elf.section("__version_ext_names");
    const ElfSection* crcs = elf.section("__version_ext_crcs");
    if (names != nullptr && crcs != nullptr) {
        return read_extended_versions(names->contents, crcs->contents);
    }
    const ElfSection* versions = elf.section("__versions");
    return versions == nullptr ? std::vector<ImportedSymbol>() : read_versions(versions->contents);
}

// struct module_signature of include/linux/module_signature.h
struct ModuleSignature {
    std::uint8_t algo;
    std::uint8_t hash;
    std::uint8_t id_type;
    std::uint8_t signer_len;
    std::uint8_t key_id_len;
    std::array<std::uint8_t, 3> pad;
    std::array<std::uint8_t, 4> sig_len;  // big-endian
};

std::optional<SignatureType> read_signature(Bytes module) {
    constexpr std::string_view trailer = "~Module signature appended~\n";
    if (!module.ends_with(trailer)) {
        return std::nullopt;
    }
    module.remove_suffix(trailer.size());
    if (module.size() < sizeof(ModuleSignature)) {
        return std::nullopt;
    }
    const auto signature = load<ModuleSignature>(module, module.size() - sizeof(ModuleSignature))
                               .value_or(ModuleSignature());
    module.remove_suffix(sizeof(ModuleSignature));
    std::uint64_t length = 0;
    for (const std::uint8_t byte : signature.sig_len) {
        length = length << 8U | byte;
    }
    length += std::uint64_t{signature.signer_len} + signature.key_id_len;
    if (length > module.size() || signature.id_type > static_cast<int>(SignatureType::pkcs7)) {
        return std::nullopt;
    }
    return static_cast<SignatureType>(signature.id_type);
}

}  // namespace

Result<ModuleFile> ModuleFile::parse(Bytes file, const std::string& path, std::size_t limit) {
    auto unpacked = decompress(file, limit);
    if (!unpacked) {
        return failure_in(path, unpacked.error());
    }
    const auto contents = std::make_shared<const std::string>(*std::move(unpacked));
    auto elf = ElfFile::parse(*contents);
    if (!elf) {
        return failure_in(path, elf.error());
    }
    auto modinfo = read_modinfo(*elf);
    if (!modinfo) {
        return failure_in(path, modinfo.error());
    }
    ModuleFile module(contents, *std::move(elf), path);
    module.modinfo_ = *std::move(modinfo);
    module.imports_ = read_imports(module.elf_);
    module.signature_ = read_signature(*contents);
    return module;
}

Result<ModuleFile> ModuleFile::read(const std::filesystem::path& file) {
    const auto bytes = read_file(file, max_unpacked_size);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    return parse(*bytes, file.string());
}

std::optional<std::string> ModuleFile::get(const std::string& key) const {
    const auto first = modinfo_.lower_bound(key);
    if (first == modinfo_.end() || first->first != key) {
        return std::nullopt;
    }
    return first->second;
}

std::vector<std::string_view> ModuleFile::undefined_symbols() const {
    std::vector<std::string_view> names;
    for (const Elf64_Sym& symbol : elf_.symbols()) {
        if (const auto name = elf_.name_of(symbol); symbol.st_shndx == SHN_UNDEF && !name.empty()) {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace netpoll_shim
