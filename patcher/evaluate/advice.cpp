// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/advice.hpp"

#include <fmt/format.h>

#include "database/lookup.hpp"

namespace netpoll_shim {

namespace {

void add(std::optional<std::string> text, std::vector<std::string>& texts) {
    if (text) {
        texts.push_back(*std::move(text));
    }
}

bool wants_signatures(const KernelFacts& kernel) {
    return (kernel.sig_enforce && kernel.sig_enforce->value) ||
           (kernel.lockdown && kernel.lockdown->value != "none");
}

std::string way_to_serve_from_image(const Case& c) {
    const std::string& release = c.kernel.release;
    const auto& file = c.shim.file;
    const bool to_sign = wants_signatures(c.kernel) && !(file && file->is_signed);
    if (c.kernel.modules_disabled && c.kernel.modules_disabled->value) {
        return fmt::format("use a kernel that loads modules: {} does not", release);
    }
    const std::string path = file ? file->path : "";
    std::string text;
    if (!file) {
        text = fmt::format("install netpoll_shim for {} in the image", release);
    } else if (!file->fits()) {
        text = fmt::format("replace {}, which does not fit, by a netpoll_shim built for {}",
                           file->path, release);
    }
    if (to_sign) {
        text += fmt::format("{} with a key that {} trusts, for it refuses unsigned modules",
                            text.empty() ? "sign " + path : text + ", signed", release);
    }
    return text.empty() ? fmt::format("have {} loaded with netpoll-shim load at boot", path)
                        : text + ", and have it loaded with netpoll-shim load at boot";
}

std::string consequence_of_nothing(const Case& c) {
    if (!c.attaches_by_itself()) {
        return "do nothing: netconsole stays refused on this device (error 524), and what the "
               "kernel says in a crash is lost";
    }
    return "do nothing: netconsole works, and the machine can hang under receive load";
}

}  // namespace

std::string class_c_hazard(const Case& c) {
    if (c.has_hook()) {
        return fmt::format(
            "warning: netconsole attaches through the hook of {} itself, which makes it do RX work "
            "inside netpoll: the machine can hang under receive load",
            c.driver_name);
    }
    if (c.attaches_by_itself()) {
        return fmt::format(
            "warning: netconsole attaches as it is, and netpoll polls {} at budget 0, where it "
            "does RX work: the machine can hang under receive load",
            c.driver_name);
    }
    return fmt::format(
        "polled at budget 0 {} does RX work, so drain can hang the machine under receive load",
        c.driver_name);
}

std::optional<std::string> driver_upgrade(const Case& c) {
    const auto& origin = c.driver.origin;
    const auto& own = c.driver.version;
    if (c.driver.entry == nullptr || !origin || !own) {
        return std::nullopt;
    }
    const DriverRange* better = find_upgrade(*c.driver.entry, *origin, *own);
    if (better == nullptr) {
        return std::nullopt;
    }
    const std::string& version = better->versions.from.text();
    return better->origin == Origin::in_tree
               ? fmt::format(
                     "use a kernel of upstream {} or newer: its {} takes no RX work at "
                     "budget 0",
                     version, c.driver_name)
               : fmt::format("upgrade {} to {} or newer", c.driver_name, version);
}

std::optional<std::string> kernel_upgrade(const Case& c) {
    const Version* version = first_undemanding_kernel(c.database);
    if (version == nullptr) {
        return std::nullopt;
    }
    return fmt::format(
        "use a kernel that demands no hook: mainline {} or newer, or a distribution's with that "
        "change",
        version->text());
}

std::string way_to_serve(const Case& c) {
    switch (c.kernel.setting) {
        case Setting::image:
            return way_to_serve_from_image(c);
        case Setting::inventory:
            return "netpoll-shim load on the host";
        case Setting::live_host:
            break;
    }
    return "netpoll-shim load";
}

void add_alternatives(const Case& c, Verdict& verdict) {
    if (c.driver_class() == DriverClass::c) {
        add(driver_upgrade(c), verdict.alternatives);
    } else if (c.demands_hook()) {
        add(kernel_upgrade(c), verdict.alternatives);
    }
    verdict.alternatives.push_back(consequence_of_nothing(c));
}

void add_missing_knowledge(const Case& c, Verdict& verdict) {
    if (c.demand.value == HookDemand::no_netpoll) {
        verdict.remedies.emplace_back("use a kernel with CONFIG_NETPOLL");
        return;
    }
    if (!c.demand.value) {
        verdict.remedies.emplace_back(
            c.kernel.setting == Setting::live_host
                ? "make /proc/kallsyms readable, or add the kernel to drivers-db/kernels/"
                : "give the kernel's System.map, Module.symvers or vmlinuz, or add it to "
                  "drivers-db/kernels/");
    }
    if (!c.driver.hook.value || c.driver_class() == DriverClass::unknown) {
        verdict.remedies.push_back(
            fmt::format("add what is known of it to drivers-db/drivers/{}.toml", c.driver_name));
    }
}

}  // namespace netpoll_shim
