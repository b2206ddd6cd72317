// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/scan.hpp"

namespace netpoll_shim {

Result<ModuleFile> read_module(const Root& root, const std::string& path) {
    const auto bytes = root.read(path, max_module_size);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    return ModuleFile::parse(*bytes, path, max_module_size);
}

ScannedModule scan_module(const Root& root, const ModulePath& at, const ImageQuery& query,
                          const std::set<std::string>& symbols) {
    ScannedModule scanned;
    scanned.at = at;
    auto file = read_module(root, at.path);
    if (!file) {
        scanned.unreadable = file.error().message;
        return scanned;
    }
    scanned.vermagic = file->get("vermagic").value_or("");
    scanned.machine = file->elf().machine();
    for (const Modalias& modalias : query.modaliases) {
        if (binds(file->modinfo(), modalias.text)) {
            scanned.binds.push_back(modalias.text);
        }
    }
    for (const ImportedSymbol& import : file->imports()) {
        if (auto name = std::string(import.name); symbols.count(name) != 0) {
            scanned.crcs.emplace_back(std::move(name), import.crc);
        }
    }
    if (!scanned.binds.empty() || (query.all_drivers && has_device_alias(file->modinfo()) &&
                                   registers_net_devices(file->elf()))) {
        scanned.file = *std::move(file);
    }
    return scanned;
}

}  // namespace netpoll_shim
