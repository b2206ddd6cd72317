// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/build_kind.hpp"

#include <system_error>

#include "util/kmod.hpp"

namespace netpoll_shim {

MaybeFact<BuildKind> find_build_kind(const std::filesystem::path& module_directory,
                                     const std::string& name) {
    std::error_code error;
    const auto has_index = [&](const char* index) {
        return std::filesystem::exists(module_directory / index, error);
    };
    const KmodContext context = open_kmod(module_directory);
    kmod_list* raw_list = nullptr;
    if (!context || !has_index("modules.dep.bin") || !has_index("modules.builtin.bin") ||
        kmod_module_new_from_lookup(context.get(), name.c_str(), &raw_list) < 0) {
        return std::nullopt;
    }
    const KmodModuleList list(raw_list);
    if (!list) {
        return Fact<BuildKind>{BuildKind::absent, (module_directory / "modules.dep").string()};
    }
    const KmodModule module(kmod_module_get_module(list.get()));
    if (const char* path = kmod_module_get_path(module.get())) {
        return Fact<BuildKind>{BuildKind::module, path};
    }
    return Fact<BuildKind>{BuildKind::built_in, (module_directory / "modules.builtin").string()};
}

}  // namespace netpoll_shim
