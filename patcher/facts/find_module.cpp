// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/find_module.hpp"

#include "util/kmod.hpp"

namespace netpoll_shim {

std::optional<ModuleFile> find_module(const std::filesystem::path& module_directory,
                                      const std::string& name) {
    const KmodContext context = open_kmod(module_directory);
    kmod_list* raw_list = nullptr;
    if (!context || kmod_module_new_from_lookup(context.get(), name.c_str(), &raw_list) < 0) {
        return std::nullopt;
    }
    const KmodModuleList list(raw_list);
    if (!list) {
        return std::nullopt;
    }
    const KmodModule module(kmod_module_get_module(list.get()));
    const char* const path = kmod_module_get_path(module.get());
    if (path == nullptr) {
        return std::nullopt;
    }
    auto file = ModuleFile::read(path);
    return file ? std::optional(*std::move(file)) : std::nullopt;
}

}  // namespace netpoll_shim
