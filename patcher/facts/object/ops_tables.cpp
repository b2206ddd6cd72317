// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/ops_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace netpoll_shim {

namespace {

// Twenty times what any driver has: a hostile file may claim one for each of its bytes.
constexpr std::size_t most_tables = 100;

// Every one that a driver of Linux calls to register a device.
constexpr std::array registering_functions = {
    std::string_view("register_netdev"),      std::string_view("register_netdevice"),
    std::string_view("devm_register_netdev"), std::string_view("alloc_netdev_mqs"),
    std::string_view("alloc_etherdev_mqs"),   std::string_view("devm_alloc_etherdev_mqs")};

// Where pointers are filled in when the module is loaded.
class FilledPlaces {
  public:
    FilledPlaces(const ElfFile& module, std::size_t section,
                 const std::vector<Elf64_Sym>& symbols) {
        const auto pointer_type = module.machine() == Machine::arm64
                                      ? std::uint32_t{R_AARCH64_ABS64}
                                      : std::uint32_t{R_X86_64_64};
        for (const Elf64_Rela& relocation : module.relocations(section)) {
            const std::uint64_t index = ELF64_R_SYM(relocation.r_info);
            if (ELF64_R_TYPE(relocation.r_info) != pointer_type || index == 0 ||
                index >= symbols.size()) {
                continue;
            }
            filled_.push_back(relocation.r_offset);
            const Elf64_Sym& target = symbols[index];
            const ElfSection* defined_in = module.section_of(target);
            if (target.st_shndx == SHN_UNDEF || (defined_in != nullptr && defined_in->is_code())) {
                with_function_.push_back(relocation.r_offset);
            }
        }
        std::sort(filled_.begin(), filled_.end());
        std::sort(with_function_.begin(), with_function_.end());
    }

    bool contains(std::uint64_t offset) const {
        return std::binary_search(filled_.begin(), filled_.end(), offset);
    }
    bool has_function_in(std::uint64_t begin, std::uint64_t size) const {
        const auto next = std::lower_bound(with_function_.begin(), with_function_.end(), begin);
        return next != with_function_.end() && *next - begin < size;
    }

  private:
    std::vector<std::uint64_t> filled_;
    std::vector<std::uint64_t> with_function_;  // of these, what holds the address of code
};

// Data that lie inside of their section, and are one net_device_ops by their size, or an array of
// them (sky2 in Linux).
bool may_be_ops(const Elf64_Sym& symbol, const ElfSection& section, const OpsLayout& layout) {
    return ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT && layout.size != 0 && symbol.st_size != 0 &&
           symbol.st_size % layout.size == 0 && section.is_allocated() && !section.is_code() &&
           symbol.st_size <= section.header.sh_size &&
           symbol.st_value <= section.header.sh_size - symbol.st_size;
}

bool has_start_xmit(const FilledPlaces& places, std::uint64_t table, const OpsLayout& layout) {
    return layout.ndo_start_xmit
               ? places.has_function_in(table + *layout.ndo_start_xmit, sizeof(std::uint64_t))
               : places.has_function_in(table, layout.size);
}

// The tables of one symbol; none if one of them is not, or they are too many.
std::vector<OpsTable> tables_of(const Elf64_Sym& symbol, std::string_view name,
                                const FilledPlaces& places, const OpsLayout& layout) {
    std::vector<OpsTable> tables;
    const std::uint64_t count = symbol.st_size / layout.size;
    if (count > most_tables) {
        return {};
    }
    for (std::uint64_t index = 0; index < count; ++index) {
        const std::uint64_t at = symbol.st_value + index * layout.size;
        if (!has_start_xmit(places, at, layout)) {
            return {};
        }
        OpsTable table;
        table.symbol = count == 1 ? std::string(name) : fmt::format("{}[{}]", name, index);
        table.hook =
            layout.ndo_poll_controller && places.contains(at + *layout.ndo_poll_controller);
        if (layout.ndo_netpoll_setup) {
            table.netpoll_setup = places.contains(at + *layout.ndo_netpoll_setup);
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

struct Findings {
    std::vector<OpsTable> tables;
    std::string empty_object;  // of the right size, writable, without ndo_start_xmit
};

Findings find_tables(const ElfFile& module, const OpsLayout& layout,
                     const std::vector<Elf64_Sym>& symbols) {
    Findings findings;
    std::map<std::size_t, FilledPlaces> places_of;
    // One table may have two symbols; one of another size at its place may be something else.
    std::set<std::tuple<std::size_t, std::uint64_t, std::uint64_t>> seen;
    for (const Elf64_Sym& symbol : symbols) {
        const ElfSection* section = module.section_of(symbol);
        if (section == nullptr || !may_be_ops(symbol, *section, layout) ||
            !seen.emplace(symbol.st_shndx, symbol.st_value, symbol.st_size).second) {
            continue;
        }
        const FilledPlaces& places =
            places_of.try_emplace(symbol.st_shndx, module, symbol.st_shndx, symbols).first->second;
        const auto name = module.name_of(symbol);
        auto tables = tables_of(symbol, name, places, layout);
        if (tables.empty() && section->is_writable() && symbol.st_size == layout.size) {
            findings.empty_object = name;
        }
        std::move(tables.begin(), tables.end(), std::back_inserter(findings.tables));
        if (findings.tables.size() > most_tables) {
            break;
        }
    }
    return findings;
}

bool registers_devices(const ElfFile& module, const std::vector<Elf64_Sym>& symbols) {
    return std::any_of(symbols.begin(), symbols.end(), [&](const Elf64_Sym& symbol) {
        return symbol.st_shndx == SHN_UNDEF &&
               std::find(registering_functions.begin(), registering_functions.end(),
                         module.name_of(symbol)) != registering_functions.end();
    });
}

bool has_rel_sections(const ElfFile& module) {
    return std::any_of(module.sections().begin(), module.sections().end(),
                       [](const ElfSection& section) { return section.header.sh_type == SHT_REL; });
}

std::string why_no_table(const ElfFile& module, const OpsLayout& layout,
                         const std::vector<Elf64_Sym>& symbols, const Findings& findings) {
    if (symbols.size() <= 1) {  // the first is never one
        return "the module has no symbol table";
    }
    if (has_rel_sections(module)) {
        return "the module has relocations of the type REL, which its machine does not use";
    }
    if (!registers_devices(module, symbols)) {
        return "the module has no net_device_ops: those of its devices, if it has any, are in "
               "another module";
    }
    if (!findings.empty_object.empty()) {
        return fmt::format("{}, of the size of a net_device_ops, is filled in at run time",
                           findings.empty_object);
    }
    return fmt::format(
        "the module has no net_device_ops of {} bytes: those of its devices are in another module, "
        "or it was built for another kernel than {} tells of",
        layout.size, layout.source);
}

// The names of those tables whose hook is set, or is not; the first of them.
std::string names_of(const std::vector<OpsTable>& tables, bool hook) {
    constexpr std::size_t most = 4;
    std::string text;
    std::size_t count = 0;
    for (const OpsTable& table : tables) {
        if (table.hook == hook && ++count <= most) {
            text += fmt::format("{}{}", text.empty() ? "" : ", ", table.symbol);
        }
    }
    return count > most ? fmt::format("{} and {} more", text, count - most) : text;
}

void conclude(OpsReading& reading) {
    const std::string with = names_of(reading.tables, true);
    const std::string without = names_of(reading.tables, false);
    const auto with_hook = std::count_if(reading.tables.begin(), reading.tables.end(),
                                         [](const OpsTable& table) { return table.hook; });
    if (with_hook == 0) {
        reading.hook = HookAnswer::no;
        reading.reason = fmt::format("ndo_poll_controller is not set in {}", without);
    } else if (static_cast<std::size_t>(with_hook) == reading.tables.size()) {
        reading.hook = HookAnswer::yes;
        reading.reason = fmt::format("ndo_poll_controller is set in {}", with);
    } else {
        reading.hook = HookAnswer::tables_differ;
        reading.reason =
            fmt::format("ndo_poll_controller is set in {}, but not in {}", with, without);
    }
    const auto first = reading.tables.front().netpoll_setup;
    const bool agree =
        std::all_of(reading.tables.begin(), reading.tables.end(),
                    [&](const OpsTable& table) { return table.netpoll_setup == first; });
    reading.netpoll_setup = agree ? first : std::nullopt;
}

}  // namespace

bool registers_net_devices(const ElfFile& module) {
    return registers_devices(module, module.symbols());
}

OpsReading read_ops_tables(const ElfFile& module, const OpsLayout& layout) {
    OpsReading reading;
    if (!layout.ndo_poll_controller) {
        reading.hook = HookAnswer::no;
        reading.reason = fmt::format("the kernel has no ndo_poll_controller: {}", layout.source);
        return reading;
    }
    if (!module.is_relocatable()) {
        reading.reason = "it is no relocatable object, as modules are";
        return reading;
    }
    if (module.machine() == Machine::other) {
        reading.reason = "the module is for a machine other than x86-64 and arm64";
        return reading;
    }
    const auto symbols = module.symbols();
    Findings findings = find_tables(module, layout, symbols);
    if (findings.tables.empty()) {
        reading.reason = why_no_table(module, layout, symbols, findings);
        return reading;
    }
    if (findings.tables.size() > most_tables) {
        reading.reason = "the module has more net_device_ops than a driver can have";
        return reading;
    }
    reading.tables = std::move(findings.tables);
    conclude(reading);
    return reading;
}

}  // namespace netpoll_shim
