// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace netpoll_shim {

// The .modinfo of a module's file.
struct ModuleInfo {
    std::string path;
    std::map<std::string, std::string> values;  // of a key that occurs twice, the first
    bool is_signed = false;

    // The value of a key; nothing if the module has none.
    std::optional<std::string> get(const std::string& key) const;
    std::string source() const { return "modinfo " + path; }
};

// Reads a module's file, compressed or not. Nothing if it is no kernel module.
std::optional<ModuleInfo> read_module_file(const std::filesystem::path& file);

// Looks a module up by name through modules.dep of a module directory (/lib/modules/RELEASE), and
// reads it. Nothing if it is not there.
std::optional<ModuleInfo> find_module(const std::filesystem::path& module_directory,
                                      const std::string& name);

}  // namespace netpoll_shim
