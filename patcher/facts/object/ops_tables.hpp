// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/object/elf_file.hpp"
#include "facts/object/ops_layout.hpp"

namespace netpoll_shim {

// One net_device_ops of a module.
struct OpsTable {
    std::string symbol;                 // "ops", "ops[1]"
    bool hook = false;                  // ndo_poll_controller is set
    std::optional<bool> netpoll_setup;  // ndo_netpoll_setup is set; nothing: the layout lacks it
};

enum class HookAnswer {
    yes,  // every table has the hook
    no,   // none has it
    tables_differ,
    cannot_tell,
};

struct OpsReading {
    std::vector<OpsTable> tables;
    HookAnswer hook = HookAnswer::cannot_tell;
    std::optional<bool> netpoll_setup;  // of every table; nothing: they differ, or not known
    std::string reason;                 // what the answer rests on, or why there is none
};

// Whether a module calls what registers a network device: a driver of one, or of a part of one.
bool registers_net_devices(const ElfFile& module);

// What the net_device_ops of a module say, for the kernel that it was built for. A table is an
// object of exactly the layout's size, or of an array of such, with a function in ndo_start_xmit; a
// member is set exactly where a relocation fills it.
OpsReading read_ops_tables(const ElfFile& module, const OpsLayout& layout);

}  // namespace netpoll_shim
