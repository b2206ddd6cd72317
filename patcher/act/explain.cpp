// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/explain.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace netpoll_shim {

namespace {

constexpr auto see_kernel_log = "the kernel log says more: dmesg | tail";
constexpr auto lacks_capability =
    "root lacks CAP_SYS_MODULE (a container?), or lockdown or a security module forbids it";

std::string error_text(int error) {
    return std::generic_category().message(error);
}

bool is_set(const MaybeFact<bool>& fact) {
    return fact && fact->value;
}

// Nothing where the kernel is not locked down.
std::optional<Error> lockdown_error(const KernelFacts& kernel) {
    if (!kernel.lockdown || kernel.lockdown->value == "none") {
        return std::nullopt;
    }
    return Error{fmt::format("the kernel is locked down ({}, {}) and refuses the module",
                             kernel.lockdown->value, kernel.lockdown->source),
                 "lockdown admits signed modules only: sign it with scripts/sign-file and a key "
                 "that the kernel trusts (mokutil --import enrols one)"};
}

Error signature_error(const std::string& file, const std::string& note) {
    return {fmt::format("the kernel demands a signature that it trusts, {} has none{}", file, note),
            "sign it with scripts/sign-file and a key that the kernel trusts "
            "(mokutil --import enrols one)"};
}

Error explain_permission(const KernelFacts& kernel) {
    if (is_set(kernel.modules_disabled)) {
        return modules_disabled_error();
    }
    if (auto error = lockdown_error(kernel)) {
        return *std::move(error);
    }
    return {"the kernel refuses to load modules for this process", lacks_capability};
}

}  // namespace

Error in_use_error() {
    return {"netpoll_shim is in use by a netpoll target",
            "remove the target first (/sys/kernel/config/netconsole, or rmmod netconsole)"};
}

Error modules_disabled_error() {
    return {"loading and unloading of modules is disabled until the next boot",
            "kernel.modules_disabled is 1: load the module earlier in the boot"};
}

Error explain_insert_failure(int error, const std::string& file, const KernelFacts& kernel) {
    switch (error) {
        case EPERM:
            return explain_permission(kernel);
        case EEXIST:
            return {"netpoll_shim was loaded by somebody else meanwhile", "netpoll-shim status"};
        case ENOENT:
            return {fmt::format("{} needs a symbol that this kernel does not have", file),
                    "build the module for this very kernel; the kernel log names the symbol: "
                    "dmesg | grep netpoll_shim"};
        case EINVAL:
            return {fmt::format("the kernel refuses {} or its policy", file), see_kernel_log};
        case ENOEXEC:
            return {fmt::format("{} is no module for this kernel, or is damaged", file),
                    see_kernel_log};
        case EBADMSG:
            return {fmt::format("{} is damaged, or its signature is", file),
                    "build the module again, and sign it again if it was signed"};
        case EKEYREJECTED:
        case ENOKEY:
        case ENOPKG:
            return signature_error(file, fmt::format(" ({})", error_text(error)));
        default:
            return {fmt::format("{} was not loaded: {}", file, error_text(error)), see_kernel_log};
    }
}

bool demands_signature(const KernelFacts& kernel) {
    return is_set(kernel.sig_enforce) || lockdown_error(kernel);
}

std::optional<Error> foresee_signature_failure(const ShimFile& file, const KernelFacts& kernel) {
    if (file.is_signed) {
        return std::nullopt;
    }
    if (is_set(kernel.sig_enforce)) {
        return signature_error(file.path, "");
    }
    return lockdown_error(kernel);
}

Error explain_remove_failure(int error, const KernelFacts& kernel) {
    switch (error) {
        case EPERM:
            if (is_set(kernel.modules_disabled)) {
                return modules_disabled_error();
            }
            return {"the kernel refuses to unload modules for this process", lacks_capability};
        case ENOENT:
            return {"netpoll_shim was unloaded by somebody else meanwhile", "netpoll-shim status"};
        case EBUSY:
        case EWOULDBLOCK:
            return in_use_error();
        default:
            return {fmt::format("netpoll_shim was not unloaded: {}", error_text(error)),
                    see_kernel_log};
    }
}

}  // namespace netpoll_shim
