// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/module.hpp"

#include <cerrno>
#include <filesystem>

#include "util/kmod.hpp"

namespace netpoll_shim {

namespace {

int insert_module(const std::string& file, const std::string& parameters) {
    const KmodContext context = open_kmod(std::filesystem::path(file).parent_path());
    if (!context) {
        return ENOMEM;
    }
    kmod_module* raw_module = nullptr;
    const int error = kmod_module_new_from_path(context.get(), file.c_str(), &raw_module);
    if (error < 0) {
        return -error;
    }
    const KmodModule module(raw_module);
    return -kmod_module_insert_module(module.get(), 0, parameters.c_str());
}

int remove_module(const std::string& name) {
    // The directory plays no part: the kernel knows the module by its name.
    const KmodContext context = open_kmod("/");
    if (!context) {
        return ENOMEM;
    }
    kmod_module* raw_module = nullptr;
    const int error = kmod_module_new_from_name(context.get(), name.c_str(), &raw_module);
    if (error < 0) {
        return -error;
    }
    const KmodModule module(raw_module);
    return -kmod_module_remove_module(module.get(), KMOD_REMOVE_NOWAIT);
}

}  // namespace

ModuleActions live_module_actions() {
    return {insert_module, remove_module};
}

}  // namespace netpoll_shim
