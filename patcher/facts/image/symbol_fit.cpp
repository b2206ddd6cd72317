// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/symbol_fit.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

namespace {

enum class Presence { fits, missing, crc_differs, unchecked };

Presence compare(std::optional<std::uint32_t> wanted, std::uint32_t found) {
    // 0: exported without one
    return !wanted || found == 0 || *wanted == found ? Presence::fits : Presence::crc_differs;
}

Presence look_up(const std::string& symbol, std::optional<std::uint32_t> wanted,
                 const SymbolReferences& references) {
    if (references.symvers != nullptr) {
        const auto found = references.symvers->crc(symbol);
        return found ? compare(wanted, *found) : Presence::missing;
    }
    const auto found = references.other_modules.find(symbol);
    if (found != references.other_modules.end()) {
        return compare(wanted, found->second);
    }
    // Not the other way round: the linker keeps of two names in __ksymtab_strings only the one
    // that ends with the other.
    const bool is_there = references.image != nullptr && references.image->exports(symbol) == true;
    return is_there && !wanted ? Presence::fits : Presence::unchecked;
}

std::string source_of(const SymbolReferences& references) {
    if (references.symvers != nullptr) {
        return references.symvers->source();
    }
    if (!references.other_modules.empty()) {
        return "the kernel's other modules; there is no Module.symvers";
    }
    return references.image != nullptr ? references.image->path()
                                       : "there is no Module.symvers, and no module has CRCs";
}

}  // namespace

std::map<std::string, std::optional<std::uint32_t>> needed_symbols(const ModuleFile& module) {
    std::map<std::string, std::optional<std::uint32_t>> symbols;
    const ElfFile& elf = module.elf();
    for (const Elf64_Sym& symbol : elf.symbols()) {
        const auto name = elf.name_of(symbol);
        // The module loader leaves weak ones out where nobody has them.
        if (symbol.st_shndx == SHN_UNDEF && !name.empty() &&
            ELF64_ST_BIND(symbol.st_info) != STB_WEAK && name != "_GLOBAL_OFFSET_TABLE_") {
            symbols.emplace(name, std::nullopt);
        }
    }
    for (const ImportedSymbol& import : module.imports()) {
        symbols[std::string(import.name)] = import.crc;
    }
    return symbols;
}

SymbolFit check_symbols(const ModuleFile& module, const SymbolReferences& references) {
    SymbolFit fit;
    fit.source = source_of(references);
    for (const auto& [symbol, crc] : needed_symbols(module)) {
        switch (look_up(symbol, crc, references)) {
            case Presence::missing:
                fit.missing.push_back(symbol);
                break;
            case Presence::crc_differs:
                fit.crc_differs.push_back(symbol);
                break;
            case Presence::unchecked:
                fit.unchecked.push_back(symbol);
                break;
            case Presence::fits:
                break;
        }
    }
    return fit;
}

}  // namespace netpoll_shim
