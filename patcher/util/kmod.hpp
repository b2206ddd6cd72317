// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <libkmod.h>

#include <filesystem>
#include <memory>

namespace netpoll_shim {

struct KmodDeleter {
    void operator()(kmod_ctx* context) const { kmod_unref(context); }
    void operator()(kmod_module* module) const { kmod_module_unref(module); }
    void operator()(kmod_list* modules) const { kmod_module_unref_list(modules); }
};

using KmodContext = std::unique_ptr<kmod_ctx, KmodDeleter>;
using KmodModule = std::unique_ptr<kmod_module, KmodDeleter>;
using KmodModuleList = std::unique_ptr<kmod_list, KmodDeleter>;

// A context on one module directory (/lib/modules/RELEASE) that reads no modprobe.d: neither an
// alias nor an install command there may change what we find. Null without memory. Silent: what
// went wrong is told by our own messages.
KmodContext open_kmod(const std::filesystem::path& module_directory);

}  // namespace netpoll_shim
