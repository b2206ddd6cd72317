// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "facts/object/ops_layout.hpp"

namespace netpoll_shim::test {

template <typename T>
void append(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
void overwrite(std::string& bytes, std::size_t offset, const T& value) {
    bytes.replace(offset, sizeof(value), reinterpret_cast<const char*>(&value), sizeof(value));
}

// Builds a relocatable ELF64 object, sound or not. Section and symbol 0 are the null ones.
class ObjectWriter {
  public:
    explicit ObjectWriter(Elf64_Half machine = EM_X86_64);

    // These return the index of what they add.
    std::size_t add_section(const std::string& name, const std::string& contents,
                            Elf64_Xword flags = SHF_ALLOC, Elf64_Word type = SHT_PROGBITS);
    std::size_t add_symbol(const std::string& name, std::size_t section, Elf64_Addr value,
                           Elf64_Xword size, unsigned char type, unsigned char binding = STB_LOCAL);
    // The address of a symbol, by the machine's type of pointer.
    void add_pointer(std::size_t section, Elf64_Addr offset, std::size_t symbol);
    void add_relocation(std::size_t section, const Elf64_Rela& relocation);

    bool with_symbol_table = true;
    bool with_rel = false;  // SHT_REL in place of SHT_RELA

    std::string bytes() const;

  private:
    struct Section {
        Elf64_Shdr header{};
        std::string contents;
    };

    std::size_t add_name(const std::string& name);
    std::vector<Section> all_sections() const;

    Elf64_Half machine_;
    std::string names_;
    std::vector<Section> sections_;
    std::vector<Elf64_Sym> symbols_;
    std::map<std::size_t, std::vector<Elf64_Rela>> relocations_;
};

// A net_device_ops smaller than any kernel's.
inline OpsLayout small_layout() {
    return {.size = 64,
            .ndo_start_xmit = 32,
            .ndo_poll_controller = 40,
            .ndo_netpoll_setup = 48,
            .source = "a test"};
}

// An object with net_device_ops of small_layout(), filled with a function of its own.
class OpsObject {
  public:
    explicit OpsObject(Elf64_Half machine = EM_X86_64);

    // A table with these members set (offsets); returns its offset in its section.
    Elf64_Addr add_table(const std::string& name, const std::vector<Elf64_Addr>& members,
                         Elf64_Xword size = 64);

    ObjectWriter writer;
    std::size_t data = 0;      // index of the section of the tables
    std::size_t function = 0;  // index of the symbol of the function

  private:
    Elf64_Addr end_ = 0;
};

}  // namespace netpoll_shim::test
