// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/kmod.hpp"

#include <cstdarg>

namespace netpoll_shim {

namespace {

void discard_log(void* /*data*/, int /*priority*/, const char* /*file*/, int /*line*/,
                 const char* /*function*/, const char* /*format*/, va_list /*arguments*/) {}

}  // namespace

KmodContext open_kmod(const std::filesystem::path& module_directory) {
    const char* const no_configuration = nullptr;
    KmodContext context(kmod_new(module_directory.c_str(), &no_configuration));
    if (context) {
        kmod_set_log_fn(context.get(), discard_log, nullptr);
    }
    return context;
}

}  // namespace netpoll_shim
