// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.hpp"
#include "facts/image/symvers.hpp"
#include "facts/object/kernel_image.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// Where an installed kernel keeps what tells of it.
struct KernelPlaces {
    std::string release;
    std::string modules;  // lib/modules/RELEASE
};

// What an installed kernel's files say of its symbols.
struct KernelSymbols {
    std::vector<Fact<HookDemand>> answers;  // the first that was asked counts
    std::vector<std::string> telling_nothing;
    std::optional<Symvers> symvers;
};

// By a System.map. Debian's since 2021 is a stub that holds one line, and one that was cut off
// proves nothing by what it lacks: fails then.
Result<HookDemand> demand_of_system_map(std::string_view text);
HookDemand demand_of_symvers(const Symvers& symvers);
// By what it exports, else by its symbol table. Fails where it has neither.
Result<HookDemand> demand_of_image(const KernelImage& image);

// By the files that are quickly read: System.map, then Module.symvers, each where distributions
// put it.
KernelSymbols read_symbol_files(const Root& root, const KernelPlaces& kernel);

// vmlinux, else vmlinuz: whichever is there and can be read. What could not is added to
// `telling_nothing`.
std::optional<KernelImage> read_kernel_image(const Root& root, const KernelPlaces& kernel,
                                             std::vector<std::string>& telling_nothing);

}  // namespace netpoll_shim
