// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "util/root.hpp"

namespace netpoll_shim {

// As the kernel names a module: '-' and '_' are the same, it writes '_'.
std::string module_name(std::string_view name);

struct ModulePath {
    std::string name;  // as module_name() gives it
    std::string path;
};

struct BuiltInModule {
    std::string name;
    std::multimap<std::string, std::string> modinfo;  // as far as the kernel tells it
};

// What a kernel's module directory holds of network drivers and out-of-tree modules.
struct ModuleTree {
    std::vector<ModulePath> files;        // by name, each once
    std::vector<BuiltInModule> built_in;  // network drivers, by name
    bool has_modules = false;             // of any kind
    bool has_netconsole_file = false;
    bool has_netconsole_built_in = false;
    bool has_built_in_index = false;
    std::vector<std::string> hidden;  // files that another one of the same name comes before
    std::vector<std::string> unreadable;
};

// Whether a directory below lib/modules is that of a kernel: one that was removed leaves behind
// what others had put there (dkms).
bool is_module_directory(const Root& root, const std::string& directory);

// Where one name occurs more than once, the file counts that depmod takes: its search order is
// "updates extra built-in weak-updates" (depmod.d(5), as RHEL ships it; other distributions have
// no extra and weak-updates), and the first by path among equals.
ModuleTree find_modules(const Root& root, const std::string& directory);

// What modules.builtin.modinfo says (NUL-terminated "module.key=value", since Linux 5.2), by the
// module's name.
std::map<std::string, std::multimap<std::string, std::string>> parse_built_in_modinfo(
    std::string_view text);

}  // namespace netpoll_shim
