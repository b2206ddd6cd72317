// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "facts/facts.hpp"
#include "facts/image/symvers.hpp"
#include "facts/object/kernel_image.hpp"
#include "facts/object/module_file.hpp"

namespace netpoll_shim {

// What is at hand to tell a kernel's symbols by.
struct SymbolReferences {
    const Symvers* symvers = nullptr;  // all that the kernel has
    std::map<std::string, std::uint32_t>
        other_modules;                   // CRCs that its own modules were built with
    const KernelImage* image = nullptr;  // names alone
};

// The symbols that a module needs, with the CRCs it was built with; nothing where it carries none.
std::map<std::string, std::optional<std::uint32_t>> needed_symbols(const ModuleFile& module);

// Whether a kernel has them. Module.symvers tells it all; without one the CRCs that its other
// modules carry tell of those symbols that these use, and the image that a name is there.
SymbolFit check_symbols(const ModuleFile& module, const SymbolReferences& references);

}  // namespace netpoll_shim
