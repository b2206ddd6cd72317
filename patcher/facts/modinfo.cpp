// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/modinfo.hpp"

#include "util/kmod.hpp"

namespace netpoll_shim {

namespace {

struct InfoListDeleter {
    void operator()(kmod_list* list) const { kmod_module_info_free_list(list); }
};

std::optional<ModuleInfo> read_info(const kmod_module* module) {
    const char* path = kmod_module_get_path(module);
    kmod_list* raw_list = nullptr;
    if (path == nullptr || kmod_module_get_info(module, &raw_list) < 0) {
        return std::nullopt;
    }
    const std::unique_ptr<kmod_list, InfoListDeleter> list(raw_list);

    ModuleInfo info;
    info.path = path;
    const kmod_list* item = nullptr;
    kmod_list_foreach(item, list.get()) {
        info.values.emplace(kmod_module_info_get_key(item), kmod_module_info_get_value(item));
    }
    // libkmod adds these from the signature behind the ELF file.
    info.is_signed = info.get("sig_id") || info.get("sig_key") || info.get("signer");
    return info;
}

}  // namespace

std::optional<std::string> ModuleInfo::get(const std::string& key) const {
    const auto found = values.find(key);
    if (found == values.end()) {
        return std::nullopt;
    }
    return found->second;
}

std::optional<ModuleInfo> read_module_file(const std::filesystem::path& file) {
    const KmodContext context = open_kmod(file.parent_path());
    kmod_module* raw_module = nullptr;
    if (!context || kmod_module_new_from_path(context.get(), file.c_str(), &raw_module) < 0) {
        return std::nullopt;
    }
    const KmodModule module(raw_module);
    return read_info(module.get());
}

std::optional<ModuleInfo> find_module(const std::filesystem::path& module_directory,
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
    return read_info(module.get());
}

}  // namespace netpoll_shim
