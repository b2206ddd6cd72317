// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "facts/object/module_file.hpp"

namespace netpoll_shim {

// Looks a module up by name through modules.dep of a module directory (/lib/modules/RELEASE), and
// reads it. Nothing if it is not there or cannot be read.
std::optional<ModuleFile> find_module(const std::filesystem::path& module_directory,
                                      const std::string& name);

}  // namespace netpoll_shim
