// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fake_module.hpp"

#include <elf.h>

#include <cstddef>
#include <fstream>

namespace netpoll_shim::test {

namespace {

template <typename T>
void append(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

Elf64_Shdr section(std::size_t name, std::size_t type, std::size_t offset, std::size_t size) {
    Elf64_Shdr header{};
    header.sh_name = static_cast<Elf64_Word>(name);
    header.sh_type = static_cast<Elf64_Word>(type);
    header.sh_offset = offset;
    header.sh_size = size;
    header.sh_addralign = 1;
    return header;
}

}  // namespace

void write_fake_module(const std::filesystem::path& file, const ModinfoPairs& modinfo) {
    std::string info;
    for (const auto& [key, value] : modinfo) {
        info.append(key).append(1, '=').append(value).append(1, '\0');
    }
    const std::string names("\0.modinfo\0.strtab\0.symtab\0", 26);
    const std::string symbol(sizeof(Elf64_Sym), '\0');

    const std::size_t info_at = sizeof(Elf64_Ehdr);
    const std::size_t names_at = info_at + info.size();
    const std::size_t symbol_at = names_at + names.size();
    const std::size_t headers_at = symbol_at + symbol.size();

    Elf64_Ehdr header{};
    const std::string magic(ELFMAG);
    std::copy(magic.begin(), magic.end(), std::begin(header.e_ident));
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_REL;
    header.e_machine = EM_X86_64;
    header.e_version = EV_CURRENT;
    header.e_ehsize = sizeof(Elf64_Ehdr);
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shoff = headers_at;
    header.e_shnum = 4;
    header.e_shstrndx = 2;

    Elf64_Shdr symbols = section(18, SHT_SYMTAB, symbol_at, symbol.size());
    symbols.sh_link = 2;
    symbols.sh_entsize = sizeof(Elf64_Sym);

    std::string bytes;
    append(bytes, header);
    bytes += info + names + symbol;
    append(bytes, Elf64_Shdr{});
    append(bytes, section(1, SHT_PROGBITS, info_at, info.size()));
    append(bytes, section(10, SHT_STRTAB, names_at, names.size()));
    append(bytes, symbols);

    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
}

ModinfoPairs shim_modinfo(const std::string& vermagic) {
    return {{"version", "0.1.0"},
            {"ndo_poll_controller_offset", "232"},
            {"net_device_ops_size", "640"},
            {"name", "netpoll_shim"},
            {"vermagic", vermagic}};
}

}  // namespace netpoll_shim::test
