// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/kernel.hpp"

#include <fstream>
#include <string>
#include <string_view>

#include "util/file.hpp"

namespace netpoll_shim {

namespace {

struct Symbol {
    char type = '\0';
    std::string_view name;
};

// Takes "ADDRESS TYPE NAME" apart. A module's symbol keeps its "\t[module]" and so equals no name:
// only what the kernel itself defines tells of its netpoll.
std::optional<Symbol> parse_symbol(std::string_view line) {
    const auto address_end = line.find(' ');
    if (address_end == std::string_view::npos || line.size() < address_end + 4) {
        return std::nullopt;
    }
    return Symbol{line[address_end + 1], line.substr(address_end + 3)};
}

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

}  // namespace

std::optional<HookDemand> read_hook_demand(std::istream& kallsyms) {
    bool any_symbol = false;
    bool setup = false;
    std::string line;
    while (std::getline(kallsyms, line)) {
        const auto symbol = parse_symbol(line);
        if (!symbol) {
            continue;
        }
        any_symbol = true;
        if (symbol->type != 'T') {
            continue;
        }
        if (symbol->name == "netpoll_poll_dev") {
            return HookDemand::not_demanded;
        }
        if (symbol->name == "netpoll_setup" || symbol->name == "__netpoll_setup") {
            setup = true;
        }
    }
    // A table that was not read to its end proves nothing by what it lacks.
    if (!any_symbol || kallsyms.bad()) {
        return std::nullopt;
    }
    return setup ? HookDemand::demanded : HookDemand::no_netpoll;
}

KernelFacts gather_kernel(const HostSources& sources) {
    const Paths& paths = sources.paths;
    KernelFacts facts;
    facts.release = sources.kernel_release;
    facts.machine = sources.machine;

    const auto kallsyms_path = paths.procfs / "kallsyms";
    std::ifstream kallsyms(kallsyms_path);
    if (const auto demand = read_hook_demand(kallsyms)) {
        facts.hook_demand = Fact<HookDemand>{*demand, kallsyms_path.string()};
    }
    facts.sig_enforce = read_flag(paths.sysfs / "module/module/parameters/sig_enforce");
    facts.lockdown = read_lockdown(paths.sysfs / "kernel/security/lockdown");
    facts.modules_disabled = read_flag(paths.procfs / "sys/kernel/modules_disabled");
    return facts;
}

}  // namespace netpoll_shim
