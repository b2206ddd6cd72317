// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "facts/live/sources.hpp"
#include "facts/object/module_file.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

constexpr std::string_view shim_module_name = "netpoll_shim";

// Whether a module of this vermagic fits a kernel. `reference` is the vermagic of a module that
// the kernel has loaded; without one only the release, the first word, can be compared.
VermagicFit compare_vermagic(std::string_view vermagic, std::string_view release,
                             const std::optional<std::string>& reference);

// What a netpoll_shim.ko says, for a kernel of this release; `reference` as above.
ShimFile describe_shim(const ModuleFile& info, std::string_view release,
                       const std::optional<std::string>& reference);

// The file that --module names. Fails where it is no netpoll_shim.
Result<ModuleFile> read_named_shim(const std::string& path);

// Facts of the module: its state in the kernel, and its file. The file is `module_file` where
// given (fails if that is no netpoll_shim), else the one that modules.dep names (absent if none).
// The devices' drivers serve as the reference for its vermagic.
Result<ShimFacts> gather_shim(const HostSources& sources, const std::vector<DeviceFacts>& devices,
                              const std::optional<std::string>& module_file);

// The state in the kernel alone.
std::optional<LoadedShim> gather_loaded_shim(const Paths& paths);

}  // namespace netpoll_shim
