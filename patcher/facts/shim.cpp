// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/shim.hpp"

#include <fmt/format.h>

#include <system_error>

#include "facts/find_module.hpp"
#include "util/file.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find(' '));
}

// Everything behind the first word, without the white space that ends many a vermagic.
std::string_view other_words(std::string_view text) {
    text.remove_prefix(first_word(text).size());
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::optional<std::string> reference_vermagic(const std::vector<DeviceFacts>& devices,
                                              std::string_view release) {
    for (const DeviceFacts& device : devices) {
        if (device.module && device.module->vermagic &&
            first_word(device.module->vermagic->value) == release) {
            return device.module->vermagic->value;
        }
    }
    return std::nullopt;
}

}  // namespace

ShimFile describe_shim(const ModuleFile& info, std::string_view release,
                       const std::optional<std::string>& reference) {
    ShimFile file;
    file.path = info.path();
    file.version = info.get("version").value_or("");
    file.vermagic = info.get("vermagic").value_or("");
    file.fit = compare_vermagic(file.vermagic, release, reference);
    file.expected_vermagic = reference.value_or(std::string(release));
    if (const auto layout = ops_layout_from_modinfo(info.modinfo(), info.source())) {
        file.ndo_poll_controller_offset = layout->ndo_poll_controller;
        file.net_device_ops_size = layout->size;
    }
    file.is_signed = info.is_signed();
    return file;
}

Result<ModuleFile> read_named_shim(const std::string& path) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        return failure(fmt::format("{}: no such file", path),
                       "--module takes the path of netpoll_shim.ko");
    }
    auto file = ModuleFile::read(path);
    // shim/modinfo.h puts this into every build of the module.
    if (!file || !ops_layout_from_modinfo(file->modinfo(), file->source())) {
        return failure(fmt::format("{}: not the netpoll_shim kernel module", path),
                       "--module takes the path of netpoll_shim.ko, as `make module` builds it");
    }
    return file;
}

VermagicFit compare_vermagic(std::string_view vermagic, std::string_view release,
                             const std::optional<std::string>& reference) {
    if (first_word(vermagic) != release) {
        return VermagicFit::differs;
    }
    if (!reference) {
        return VermagicFit::release_fits;
    }
    return other_words(vermagic) == other_words(*reference) ? VermagicFit::fits
                                                            : VermagicFit::differs;
}

std::optional<LoadedShim> gather_loaded_shim(const Paths& paths) {
    const fs::path folder = paths.sysfs / "module" / shim_module_name;
    // Also while it is being loaded or unloaded: then it is in nobody's service yet, or any more.
    if (read_attribute(folder / "initstate") != "live") {
        return std::nullopt;
    }
    LoadedShim loaded;
    loaded.version = read_attribute(folder / "version").value_or("");
    loaded.policy = read_attribute(folder / "parameters/policy").value_or("");
    loaded.dry_run = read_attribute(folder / "parameters/dry_run") == "Y";
    if (const auto refcnt = read_number(folder / "refcnt")) {
        loaded.refcnt = static_cast<unsigned>(*refcnt);
    }
    return loaded;
}

Result<ShimFacts> gather_shim(const HostSources& sources, const std::vector<DeviceFacts>& devices,
                              const std::optional<std::string>& module_file) {
    ShimFacts facts;
    facts.loaded = gather_loaded_shim(sources.paths);
    facts.searched = module_file.value_or(sources.module_directory().string());

    std::optional<ModuleFile> info;
    if (module_file) {
        auto named = read_named_shim(*module_file);
        if (!named) {
            return tl::unexpected<Error>(std::move(named).error());
        }
        info = *std::move(named);
    } else {
        info = find_module(sources.module_directory(), std::string(shim_module_name));
    }
    if (info) {
        facts.file = describe_shim(*info, sources.kernel_release,
                                   reference_vermagic(devices, sources.kernel_release));
    }
    return facts;
}

}  // namespace netpoll_shim
