// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "facts/image/image.hpp"
#include "facts/image/module_tree.hpp"

namespace netpoll_shim {

// What one module file of a kernel tells.
struct ScannedModule {
    ModulePath at;
    std::string unreadable;  // why it tells nothing; "" if it does
    std::string vermagic;
    Machine machine = Machine::other;
    std::vector<std::string> binds;
    std::vector<std::pair<std::string, std::uint32_t>> crcs;  // of the symbols that were asked for
    std::optional<ModuleFile> file;                           // where it is to be judged
};

// Largest contents of a module file that are taken, in bytes.
constexpr std::size_t max_module_size = std::size_t{256} << 20U;

Result<ModuleFile> read_module(const Root& root, const std::string& path);

// Reads a module file. It is to be judged where it binds to a device, or where every network driver
// is.
ScannedModule scan_module(const Root& root, const ModulePath& at, const ImageQuery& query,
                          const std::set<std::string>& symbols);

}  // namespace netpoll_shim
