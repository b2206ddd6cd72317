// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/kernel.hpp"

#include <fstream>
#include <string>
#include <system_error>

#include "facts/build_kind.hpp"
#include "facts/kernel_symbols.hpp"
#include "facts/os_release.hpp"
#include "util/file.hpp"

namespace netpoll_shim {

namespace {

MaybeFact<bool> read_flag(const std::filesystem::path& path) {
    const auto text = read_attribute(path);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    return Fact<bool>{*text == "Y" || *text == "1", path.string()};
}

// The word in brackets of "none [integrity] confidentiality".
MaybeFact<std::string> read_lockdown(const std::filesystem::path& path) {
    const auto text = read_attribute(path);
    if (!text) {
        return std::nullopt;
    }
    const auto open = text->find('[');
    const auto close = text->find(']');
    if (open == std::string::npos || close == std::string::npos || close < open) {
        return std::nullopt;
    }
    return Fact<std::string>{text->substr(open + 1, close - open - 1), path.string()};
}

// The kernel's netpoll has a module parameter, carrier_timeout, since before 3.10. Where there is
// no netpoll this spares reading a symbol table to its end, which costs as much as all the rest.
bool lacks_netpoll_parameters(const Paths& paths) {
    std::error_code error;
    // Every kernel has the first: where sysfs is hidden, the lack of the other proves nothing.
    return std::filesystem::exists(paths.sysfs / "module/kernel", error) &&
           !std::filesystem::exists(paths.sysfs / "module/netpoll", error) && !error;
}

MaybeFact<HookDemand> gather_hook_demand(const Paths& paths) {
    if (lacks_netpoll_parameters(paths)) {
        return Fact<HookDemand>{HookDemand::no_netpoll, (paths.sysfs / "module/netpoll").string()};
    }
    const auto path = paths.procfs / "kallsyms";
    std::ifstream symbols(path);
    const auto demand = read_hook_demand(symbols);
    if (!demand) {
        return std::nullopt;
    }
    return Fact<HookDemand>{*demand, path.string()};
}

MaybeFact<BuildKind> gather_netconsole(const HostSources& sources) {
    const auto loaded = sources.paths.sysfs / "module/netconsole";
    std::error_code error;
    if (std::filesystem::exists(loaded, error)) {
        // Only a module ever was initialised as one.
        const bool is_module = std::filesystem::exists(loaded / "initstate", error);
        return Fact<BuildKind>{is_module ? BuildKind::module : BuildKind::built_in,
                               loaded.string()};
    }
    return find_build_kind(sources.module_directory(), "netconsole");
}

MaybeFact<std::string> gather_distribution(const std::filesystem::path& path) {
    const auto text = read_attribute(path);
    auto id = text ? os_release_id(*text) : std::nullopt;
    if (!id) {
        return std::nullopt;
    }
    return Fact<std::string>{*std::move(id), path.string()};
}

}  // namespace

KernelFacts gather_kernel(const HostSources& sources) {
    const Paths& paths = sources.paths;
    KernelFacts facts;
    facts.release = sources.kernel_release;
    facts.machine = sources.machine;

    facts.distribution = gather_distribution(paths.os_release);
    facts.hook_demand = gather_hook_demand(paths);
    facts.netconsole = gather_netconsole(sources);
    facts.sig_enforce = read_flag(paths.sysfs / "module/module/parameters/sig_enforce");
    facts.lockdown = read_lockdown(paths.sysfs / "kernel/security/lockdown");
    facts.modules_disabled = read_flag(paths.procfs / "sys/kernel/modules_disabled");
    return facts;
}

}  // namespace netpoll_shim
