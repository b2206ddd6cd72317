// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "facts/object/bytes.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

enum class Machine { x86_64, arm64, other };

struct ElfSection {
    std::string_view name;
    Elf64_Shdr header{};
    Bytes contents;  // none of SHT_NOBITS

    bool is_allocated() const { return (header.sh_flags & SHF_ALLOC) != 0; }
    bool is_code() const { return (header.sh_flags & SHF_EXECINSTR) != 0; }
    bool is_writable() const { return (header.sh_flags & SHF_WRITE) != 0; }
};

// A view of an ELF64 little-endian file in memory, which must outlive it. Everything that it hands
// out lies inside of the file, and all of it together is no larger than a few times the file:
// sections that overlap are refused.
class ElfFile {
  public:
    // Fails for what is no ELF file, for 32-bit and big-endian ones, and for damaged ones.
    static Result<ElfFile> parse(Bytes bytes);

    Machine machine() const { return machine_; }
    bool is_relocatable() const { return is_relocatable_; }
    // In the order of the file: section indices (st_shndx, sh_link, sh_info) are indices into it.
    const std::vector<ElfSection>& sections() const { return sections_; }
    // The first section of a name; null if there is none.
    const ElfSection* section(std::string_view name) const;

    // The symbol table in the order of the file: symbol indices are indices into it. Empty where
    // the file has none.
    std::vector<Elf64_Sym> symbols() const;
    // "" where it has no proper name.
    std::string_view name_of(const Elf64_Sym& symbol) const;
    // Where the symbol is defined; null: elsewhere, or nowhere.
    const ElfSection* section_of(const Elf64_Sym& symbol) const;

    // What the SHT_RELA sections apply to the section of this index.
    std::vector<Elf64_Rela> relocations(std::size_t section) const;

  private:
    void index_tables();

    Machine machine_ = Machine::other;
    bool is_relocatable_ = false;
    std::vector<ElfSection> sections_;
    Bytes symbol_table_;
    Bytes symbol_names_;
    std::multimap<std::size_t, std::size_t> relocation_tables_;  // by what they apply to
};

}  // namespace netpoll_shim
