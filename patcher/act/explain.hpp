// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "facts/facts.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// What an errno value of finit_module(2)/init_module(2) means for the user, who is root.
// Sources: init_module(2); kernel/module/main.c and signing.c (EKEYREJECTED, ENOKEY, ENOPKG,
// EBADMSG); security/lockdown (EPERM); libkmod (ENOENT for an unknown symbol comes from the
// kernel).
Error explain_insert_failure(int error, const std::string& file, const KernelFacts& kernel);

// Whether the kernel takes signed modules only.
bool demands_signature(const KernelFacts& kernel);

// What it will mean that the kernel refuses a module without a signature; nothing where it demands
// none, or the file has one. Whether the kernel trusts its key shows only when it is loaded.
std::optional<Error> foresee_signature_failure(const ShimFile& file, const KernelFacts& kernel);

// The same as explain_insert_failure() for delete_module(2).
Error explain_remove_failure(int error, const KernelFacts& kernel);

// The module cannot be unloaded because a netpoll target is attached through it.
Error in_use_error();

// Nothing can be loaded or unloaded until the next boot: kernel.modules_disabled is 1.
Error modules_disabled_error();

}  // namespace netpoll_shim
