// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/objects.hpp"

#include <map>
#include <string>

#include "facts/driver_object.hpp"
#include "facts/object/btf.hpp"
#include "facts/shim.hpp"
#include "util/file.hpp"

namespace netpoll_shim {

namespace {

std::optional<OpsLayout> layout_of_shim(const ModuleFile& shim, const HostSources& sources) {
    const auto vermagic = shim.get("vermagic");
    if (!vermagic ||
        compare_vermagic(*vermagic, sources.kernel_release, std::nullopt) == VermagicFit::differs) {
        return std::nullopt;
    }
    return ops_layout_from_modinfo(shim.modinfo(), shim.source());
}

Result<OpsLayout> find_layout(const HostSources& sources,
                              const std::optional<std::string>& module_file, ModuleFiles& files) {
    if (module_file) {
        const auto shim = ModuleFile::read(*module_file);
        if (auto layout = shim ? layout_of_shim(*shim, sources) : std::nullopt) {
            return *std::move(layout);
        }
    } else if (const auto& shim = files.find(std::string(shim_module_name))) {
        if (auto layout = layout_of_shim(*shim, sources)) {
            return *std::move(layout);
        }
    }
    constexpr std::size_t max_btf_size = std::size_t{256} << 20U;
    const auto path = sources.paths.sysfs / "kernel/btf/vmlinux";
    const auto btf = read_file(path, max_btf_size);
    if (!btf) {
        return failure(
            "neither netpoll_shim.ko for this kernel nor BTF tells where ndo_poll_controller is");
    }
    return ops_layout_from_btf(*btf, path.string());
}

}  // namespace

void add_driver_objects(const HostSources& sources, const KernelFacts& kernel,
                        const std::optional<std::string>& module_file, ModuleFiles& files,
                        std::vector<DeviceFacts>& devices) {
    if (kernel.hook_demand && kernel.hook_demand->value != HookDemand::demanded) {
        return;
    }
    std::optional<Result<OpsLayout>> layout;
    std::map<std::string, DriverObject> objects;
    for (DeviceFacts& device : devices) {
        auto& module = device.module;
        if (!module || !module->path || module->file_differs) {
            continue;
        }
        const auto& file = files.find(module->name);
        if (!file) {
            continue;
        }
        if (!layout) {
            layout = find_layout(sources, module_file, files);
        }
        if (objects.count(module->name) == 0) {
            objects.emplace(module->name, read_driver_object(*file, *layout));
        }
        module->object = objects.at(module->name);
    }
}

}  // namespace netpoll_shim
