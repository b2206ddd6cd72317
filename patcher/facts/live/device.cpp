// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/device.hpp"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "util/file.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

// Of shim/sysfs.c.
constexpr std::array counter_names = {"hook_calls",     "napi_polls",   "skipped_attaching",
                                      "skipped_busy",   "skipped_xmit", "skipped_disabled",
                                      "skipped_unsafe", "rx_deferred"};

MaybeFact<std::string> text_fact(const fs::path& path) {
    auto text = read_attribute(path);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    return Fact<std::string>{*std::move(text), path.string()};
}

MaybeFact<std::string> text_fact(const ModuleFile& info, const std::string& key) {
    auto text = info.get(key);
    if (!text) {
        return std::nullopt;
    }
    return Fact<std::string>{*std::move(text), info.source()};
}

// The kernel marks a module that was loaded without intree=Y with the taint flag O.
MaybeFact<bool> in_tree_by_taint(const fs::path& path) {
    const auto taint = read_attribute(path);
    if (!taint) {
        return std::nullopt;
    }
    return Fact<bool>{taint->find('O') == std::string::npos, path.string()};
}

// What runs comes first: the file may have been replaced since it was loaded.
DriverModule gather_module(const HostSources& sources, ModuleFiles& files,
                           const std::string& name) {
    const fs::path loaded = sources.paths.sysfs / "module" / name;
    DriverModule module;
    module.name = name;
    module.version = text_fact(loaded / "version");
    module.srcversion = text_fact(loaded / "srcversion");
    module.in_tree = in_tree_by_taint(loaded / "taint");

    const auto& info = files.find(name);
    if (!info) {
        return module;
    }
    module.path = info->path();
    const auto file_srcversion = text_fact(*info, "srcversion");
    if (module.srcversion && file_srcversion &&
        module.srcversion->value != file_srcversion->value) {
        module.file_differs = true;
        return module;
    }
    if (!module.version) {
        module.version = text_fact(*info, "version");
    }
    if (!module.srcversion) {
        module.srcversion = file_srcversion;
    }
    if (!module.in_tree) {
        module.in_tree = Fact<bool>{info->get("intree") == "Y", info->source()};
    }
    module.vermagic = text_fact(*info, "vermagic");
    module.is_signed = Fact<bool>{info->is_signed(), info->path()};
    return module;
}

std::optional<ServedFacts> gather_served(const fs::path& folder) {
    auto mode = text_fact(folder / "mode");
    if (!mode) {
        return std::nullopt;
    }
    ServedFacts served{*std::move(mode), std::nullopt, {}};
    if (const auto ready = read_number(folder / "ready")) {
        served.ready = *ready != 0;
    }
    for (const char* name : counter_names) {
        if (const auto value = read_number(folder / name)) {
            served.counters.push_back({name, *value});
        }
    }
    return served;
}

DeviceFacts gather_device(const HostSources& sources, ModuleFiles& files, const fs::path& folder) {
    DeviceFacts facts;
    facts.name = folder.filename().string();
    facts.up = (read_number(folder / "flags", 0).value_or(0) & IFF_UP) != 0;
    facts.bus_address = link_target_name(folder / "device");

    const fs::path driver = folder / "device/driver";
    if (auto name = link_target_name(driver)) {
        facts.driver = Fact<std::string>{*std::move(name), driver.string()};
    }
    // A driver that is built in may have this link too, but its module never has an initstate.
    const auto module = link_target_name(driver / "module");
    if (module && read_attribute(sources.paths.sysfs / "module" / *module / "initstate")) {
        facts.module = gather_module(sources, files, *module);
    }
    facts.ethtool = sources.ethtool(facts.name);
    facts.served = gather_served(folder / "netpoll_shim");
    return facts;
}

}  // namespace

Result<std::vector<DeviceFacts>> gather_devices(const HostSources& sources, ModuleFiles& files) {
    const fs::path folder = sources.paths.sysfs / "class/net";
    std::error_code error;
    std::vector<DeviceFacts> devices;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        // bonding puts a plain file here
        std::error_code ignored;
        if (fs::is_directory(entry->path(), ignored)) {
            devices.push_back(gather_device(sources, files, entry->path()));
        }
    }
    if (error) {
        return failure(fmt::format("cannot read {}: {}", folder.string(), error.message()),
                       "sysfs must be mounted");
    }
    std::sort(devices.begin(), devices.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    add_links(sources.links(), devices);
    return devices;
}

std::set<std::string> find_bus_drivers(const Paths& paths) {
    std::set<std::string> drivers;
    std::error_code error;
    for (fs::directory_iterator entry(paths.sysfs / "class/net", error), end;
         !error && entry != end; entry.increment(error)) {
        if (auto driver = link_target_name(entry->path() / "device/driver")) {
            drivers.insert(*std::move(driver));
        }
    }
    return drivers;
}

}  // namespace netpoll_shim
