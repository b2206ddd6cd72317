// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/privilege.hpp"

#include <unistd.h>

#include <cerrno>

namespace netpoll_shim {

namespace {

bool is_hidden(const std::filesystem::path& path) {
    return access(path.c_str(), R_OK) != 0 && errno == EACCES;
}

}  // namespace

std::vector<std::string> find_what_needs_root(const HostSources& sources, const ShimFacts& shim) {
    std::vector<std::string> needs_root;
    if (sources.is_root) {
        return needs_root;
    }
    const Paths& paths = sources.paths;
    for (const std::filesystem::path& path :
         {paths.procfs / "kallsyms", paths.procfs / "sys/kernel/modules_disabled",
          paths.sysfs / "module/module/parameters/sig_enforce",
          paths.sysfs / "module/netpoll_shim/parameters/policy",
          paths.sysfs / "kernel/security/lockdown",
          sources.module_directory() / "modules.dep.bin"}) {
        if (is_hidden(path)) {
            needs_root.push_back(path.string());
        }
    }
    // A module that is loaded tells in sysfs what it serves.
    if (!shim.loaded) {
        needs_root.emplace_back("dry-run");
    }
    return needs_root;
}

}  // namespace netpoll_shim
