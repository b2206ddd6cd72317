// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "facts/facts.hpp"

namespace netpoll_shim {

// Whether a kernel has something as a module or built in, by the indexes that depmod made of a
// module directory (/lib/modules/RELEASE): modules.dep and modules.builtin. Nothing where there
// are no indexes.
MaybeFact<BuildKind> find_build_kind(const std::filesystem::path& module_directory,
                                     const std::string& name);

}  // namespace netpoll_shim
