// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/elf_file.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace netpoll_shim {

namespace {

auto damaged(const char* what) {
    return failure(std::string("a damaged or truncated ELF file: ") + what);
}

Result<Elf64_Ehdr> read_header(Bytes bytes) {
    if (!bytes.starts_with(std::string_view(ELFMAG, SELFMAG))) {
        return failure("not an ELF file");
    }
    const auto header = load<Elf64_Ehdr>(bytes, 0);
    if (!header) {
        return damaged("its header ends early");
    }
    if (header->e_ident[EI_CLASS] != ELFCLASS64) {
        return failure("not a 64-bit ELF file");
    }
    if (header->e_ident[EI_DATA] != ELFDATA2LSB) {
        return failure("not a little-endian ELF file");
    }
    return *header;
}

// The section headers, with the contents of the sections, but without names.
Result<std::vector<ElfSection>> read_sections(Bytes bytes, const Elf64_Ehdr& header) {
    std::vector<ElfSection> sections;
    if (header.e_shoff == 0) {
        return sections;
    }
    if (header.e_shentsize != sizeof(Elf64_Shdr)) {
        return damaged("section headers of a wrong size");
    }
    // Then the first section header has the number: from 65280 sections on.
    if (header.e_shnum == 0) {
        return failure("an ELF file with more sections than a kernel has");
    }
    const auto headers =
        part_of(bytes, header.e_shoff, std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr));
    if (!headers) {
        return damaged("section headers outside of it");
    }
    std::uint64_t total = 0;
    for (std::uint64_t at = 0; at < headers->size(); at += sizeof(Elf64_Shdr)) {
        ElfSection section;
        section.header = *load<Elf64_Shdr>(*headers, at);
        if (section.header.sh_type != SHT_NOBITS && section.header.sh_type != SHT_NULL) {
            const auto contents = part_of(bytes, section.header.sh_offset, section.header.sh_size);
            if (!contents) {
                return damaged("a section outside of it");
            }
            section.contents = *contents;
            total += contents->size();
        }
        // Else many sections on one large part of the file would multiply the work.
        if (total > bytes.size()) {
            return damaged("sections that overlap");
        }
        sections.push_back(section);
    }
    return sections;
}

template <typename T>
std::vector<T> load_all(Bytes table) {
    std::vector<T> entries(table.size() / sizeof(T));
    for (std::size_t index = 0; index < entries.size(); ++index) {
        entries[index] = load<T>(table, index * sizeof(T)).value_or(T());
    }
    return entries;
}

}  // namespace

Result<ElfFile> ElfFile::parse(Bytes bytes) {
    const auto header = read_header(bytes);
    if (!header) {
        return tl::unexpected(header.error());
    }
    auto sections = read_sections(bytes, *header);
    if (!sections) {
        return tl::unexpected(sections.error());
    }
    ElfFile file;
    file.is_relocatable_ = header->e_type == ET_REL;
    if (header->e_machine == EM_X86_64) {
        file.machine_ = Machine::x86_64;
    } else if (header->e_machine == EM_AARCH64) {
        file.machine_ = Machine::arm64;
    }
    file.sections_ = *std::move(sections);
    if (file.sections_.empty()) {
        return file;
    }
    if (header->e_shstrndx >= file.sections_.size()) {
        return damaged("no section names");
    }
    const Bytes names = file.sections_[header->e_shstrndx].contents;
    for (ElfSection& section : file.sections_) {
        const auto name = name_at(names, section.header.sh_name);
        if (!name) {
            return damaged("a section name without end");
        }
        section.name = *name;
    }
    file.index_tables();
    return file;
}

const ElfSection* ElfFile::section(std::string_view name) const {
    const auto found =
        std::find_if(sections_.begin(), sections_.end(),
                     [&](const ElfSection& section) { return section.name == name; });
    return found == sections_.end() ? nullptr : &*found;
}

void ElfFile::index_tables() {
    for (std::size_t index = 0; index < sections_.size(); ++index) {
        const Elf64_Shdr& header = sections_[index].header;
        if (header.sh_type == SHT_RELA) {
            relocation_tables_.emplace(header.sh_info, index);
        } else if (header.sh_type == SHT_SYMTAB && symbol_table_.empty()) {
            symbol_table_ = sections_[index].contents;
            if (header.sh_link < sections_.size()) {
                symbol_names_ = sections_[header.sh_link].contents;
            }
        }
    }
}

std::vector<Elf64_Sym> ElfFile::symbols() const {
    return load_all<Elf64_Sym>(symbol_table_);
}

std::string_view ElfFile::name_of(const Elf64_Sym& symbol) const {
    return name_at(symbol_names_, symbol.st_name).value_or("");
}

const ElfSection* ElfFile::section_of(const Elf64_Sym& symbol) const {
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= SHN_LORESERVE ||
        symbol.st_shndx >= sections_.size()) {
        return nullptr;
    }
    return &sections_[symbol.st_shndx];
}

std::vector<Elf64_Rela> ElfFile::relocations(std::size_t section) const {
    std::vector<Elf64_Rela> relocations;
    const auto [first, last] = relocation_tables_.equal_range(section);
    for (auto table = first; table != last; ++table) {
        const auto loaded = load_all<Elf64_Rela>(sections_[table->second].contents);
        relocations.insert(relocations.end(), loaded.begin(), loaded.end());
    }
    return relocations;
}

}  // namespace netpoll_shim
