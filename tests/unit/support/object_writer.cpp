// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/object_writer.hpp"

#include <algorithm>
#include <iterator>

namespace netpoll_shim::test {

ObjectWriter::ObjectWriter(Elf64_Half machine)
    : machine_(machine), names_(1, '\0'), sections_(1), symbols_(1) {}

std::size_t ObjectWriter::add_name(const std::string& name) {
    const std::size_t offset = names_.size();
    names_ += name;
    names_ += '\0';
    return offset;
}

std::size_t ObjectWriter::add_section(const std::string& name, const std::string& contents,
                                      Elf64_Xword flags, Elf64_Word type) {
    Section section;
    section.header.sh_name = static_cast<Elf64_Word>(add_name(name));
    section.header.sh_type = type;
    section.header.sh_flags = flags;
    section.header.sh_addralign = 1;
    section.contents = contents;
    sections_.push_back(section);
    return sections_.size() - 1;
}

std::size_t ObjectWriter::add_symbol(const std::string& name, std::size_t section, Elf64_Addr value,
                                     Elf64_Xword size, unsigned char type, unsigned char binding) {
    Elf64_Sym symbol{};
    symbol.st_name = static_cast<Elf64_Word>(add_name(name));
    symbol.st_info = ELF64_ST_INFO(binding, type);
    symbol.st_shndx = static_cast<Elf64_Section>(section);
    symbol.st_value = value;
    symbol.st_size = size;
    symbols_.push_back(symbol);
    return symbols_.size() - 1;
}

void ObjectWriter::add_pointer(std::size_t section, Elf64_Addr offset, std::size_t symbol) {
    const Elf64_Xword type = machine_ == EM_AARCH64 ? R_AARCH64_ABS64 : R_X86_64_64;
    add_relocation(section, {offset, ELF64_R_INFO(symbol, type), 0});
}

void ObjectWriter::add_relocation(std::size_t section, const Elf64_Rela& relocation) {
    relocations_[section].push_back(relocation);
}

std::vector<ObjectWriter::Section> ObjectWriter::all_sections() const {
    std::vector<Section> sections = sections_;
    Section names;
    names.header.sh_type = SHT_STRTAB;
    names.contents = names_;
    sections.push_back(names);
    const auto names_index = static_cast<Elf64_Word>(sections.size() - 1);

    Section symbols;
    symbols.header.sh_type = SHT_SYMTAB;
    symbols.header.sh_link = names_index;
    symbols.header.sh_entsize = sizeof(Elf64_Sym);
    for (const Elf64_Sym& symbol : symbols_) {
        append(symbols.contents, symbol);
    }
    if (with_symbol_table) {
        sections.push_back(symbols);
    }
    for (const auto& [target, relocations] : relocations_) {
        Section table;
        table.header.sh_type = with_rel ? SHT_REL : SHT_RELA;
        table.header.sh_info = static_cast<Elf64_Word>(target);
        table.header.sh_link = names_index + 1;
        for (const Elf64_Rela& relocation : relocations) {
            if (with_rel) {
                append(table.contents, Elf64_Rel{relocation.r_offset, relocation.r_info});
            } else {
                append(table.contents, relocation);
            }
        }
        sections.push_back(table);
    }
    return sections;
}

std::string ObjectWriter::bytes() const {
    Elf64_Ehdr header{};
    const std::string magic(ELFMAG);
    std::copy(magic.begin(), magic.end(), std::begin(header.e_ident));
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_REL;
    header.e_machine = machine_;
    header.e_version = EV_CURRENT;
    header.e_ehsize = sizeof(Elf64_Ehdr);
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shstrndx = static_cast<Elf64_Half>(sections_.size());

    std::string contents;
    std::string headers;
    auto sections = all_sections();
    for (Section& section : sections) {
        section.header.sh_offset = sizeof(header) + contents.size();
        section.header.sh_size = section.contents.size();
        if (section.header.sh_type != SHT_NOBITS) {
            contents += section.contents;
        }
        append(headers, section.header);
    }
    header.e_shnum = static_cast<Elf64_Half>(sections.size());
    header.e_shoff = sizeof(header) + contents.size();
    std::string bytes;
    append(bytes, header);
    return bytes + contents + headers;
}

OpsObject::OpsObject(Elf64_Half machine) : writer(machine) {
    const auto code = writer.add_section(".text", "\xc3", SHF_ALLOC | SHF_EXECINSTR);
    data = writer.add_section(".rodata", std::string(1024, '\0'));
    function = writer.add_symbol("xmit", code, 0, 1, STT_FUNC);
}

Elf64_Addr OpsObject::add_table(const std::string& name, const std::vector<Elf64_Addr>& members,
                                Elf64_Xword size) {
    const Elf64_Addr at = end_;
    end_ += size;
    writer.add_symbol(name, data, at, size, STT_OBJECT);
    for (const Elf64_Addr member : members) {
        writer.add_pointer(data, at + member, function);
    }
    return at;
}

}  // namespace netpoll_shim::test
