// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "facts/kernel_symbols.hpp"
#include "facts/object/compression.hpp"

namespace netpoll_shim {

namespace {

constexpr std::size_t max_table_size = std::size_t{64} << 20U;
constexpr std::size_t max_image_size = std::size_t{1} << 30U;

// By exported names: the change that made the hook optional exported netpoll_poll_dev (mainline
// ac3d9dd034e5, v4.19).
template <typename Exports>
HookDemand demand_by_exports(const Exports& exports) {
    if (exports("netpoll_poll_dev")) {
        return HookDemand::not_demanded;
    }
    return exports("netpoll_setup") || exports("__netpoll_setup") ? HookDemand::demanded
                                                                  : HookDemand::no_netpoll;
}

bool defines_globally(const ElfFile& elf, const Elf64_Sym& symbol) {
    return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
           !elf.name_of(symbol).empty();
}

Result<HookDemand> demand_of_symbol_table(const ElfFile& elf) {
    std::vector<std::string_view> names;
    for (const Elf64_Sym& symbol : elf.symbols()) {
        if (defines_globally(elf, symbol)) {
            names.push_back(elf.name_of(symbol));
        }
    }
    const auto defines = [&](std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!defines("register_netdevice")) {
        return failure("it tells neither what it exports nor its symbols");
    }
    return demand_by_exports(defines);
}

std::vector<std::string> system_map_paths(const KernelPlaces& kernel) {
    return {fmt::format("boot/System.map-{}", kernel.release),
            fmt::format("{}/System.map", kernel.modules),
            fmt::format("usr/lib/debug/boot/System.map-{}", kernel.release),
            fmt::format("usr/lib/debug/lib/modules/{}/System.map", kernel.release)};
}

std::vector<std::string> symvers_paths(const KernelPlaces& kernel) {
    std::vector<std::string> paths = {
        fmt::format("{}/build/Module.symvers", kernel.modules),
        fmt::format("usr/src/linux-headers-{}/Module.symvers", kernel.release),
        fmt::format("usr/src/kernels/{}/Module.symvers", kernel.release)};
    for (const char* extension : {"gz", "xz", "zst"}) {
        paths.push_back(fmt::format("boot/symvers-{}.{}", kernel.release, extension));
        paths.push_back(fmt::format("{}/symvers.{}", kernel.modules, extension));
    }
    return paths;
}

// Those with debug information last: they are a hundred times as large.
std::vector<std::string> image_paths(const KernelPlaces& kernel) {
    return {fmt::format("{}/vmlinux", kernel.modules),
            fmt::format("boot/vmlinuz-{}", kernel.release),
            fmt::format("{}/vmlinuz", kernel.modules),
            fmt::format("boot/vmlinux-{}", kernel.release),
            fmt::format("usr/lib/debug/boot/vmlinux-{}", kernel.release),
            fmt::format("usr/lib/debug/lib/modules/{}/vmlinux", kernel.release)};
}

// The contents of the first path that is there and that `use` takes.
template <typename Use>
void use_first(const Root& root, const std::vector<std::string>& paths, std::size_t limit,
               std::vector<std::string>& telling_nothing, const Use& use) {
    for (const std::string& path : paths) {
        if (!root.has_file(path)) {
            continue;
        }
        const auto bytes = root.read(path, limit);
        const Result<void> used = bytes ? use(*bytes, path) : tl::unexpected(bytes.error());
        if (used) {
            return;
        }
        telling_nothing.push_back(used.error().message.find(path) == std::string::npos
                                      ? fmt::format("{}: {}", path, used.error().message)
                                      : used.error().message);
    }
}

}  // namespace

Result<HookDemand> demand_of_system_map(std::string_view text) {
    constexpr std::size_t longest_stub = 4096;
    if (text.size() < longest_stub && text.find("The real System.map") != std::string_view::npos) {
        return failure("a stub: the real one is in a debug package");
    }
    // Where the kernel's image begins and ends, on all architectures.
    if (text.find(" _text\n") == std::string_view::npos ||
        text.find(" _end\n") == std::string_view::npos) {
        return failure("not a whole symbol table");
    }
    std::istringstream stream{std::string(text)};
    const auto demand = read_hook_demand(stream);
    return demand ? Result<HookDemand>(*demand) : failure("it has no symbols");
}

HookDemand demand_of_symvers(const Symvers& symvers) {
    return demand_by_exports([&](std::string_view name) { return symvers.exports(name); });
}

Result<HookDemand> demand_of_image(const KernelImage& image) {
    // Any kernel with a network exports it: else the names are not all there.
    if (image.exports("register_netdevice") == true) {
        return demand_by_exports(
            [&](std::string_view name) { return image.exports(name) == true; });
    }
    return demand_of_symbol_table(image.elf());
}

KernelSymbols read_symbol_files(const Root& root, const KernelPlaces& kernel) {
    KernelSymbols symbols;
    use_first(root, system_map_paths(kernel), max_table_size, symbols.telling_nothing,
              [&](const std::string& text, const std::string& path) -> Result<void> {
                  const auto demand = demand_of_system_map(text);
                  if (!demand) {
                      return tl::unexpected(demand.error());
                  }
                  symbols.answers.push_back({*demand, path});
                  return {};
              });
    use_first(root, symvers_paths(kernel), max_table_size, symbols.telling_nothing,
              [&](const std::string& bytes, const std::string& path) -> Result<void> {
                  auto text = decompress(bytes, max_table_size);
                  if (!text) {
                      return tl::unexpected(text.error());
                  }
                  auto symvers = Symvers::parse(*std::move(text), path);
                  if (!symvers) {
                      return tl::unexpected(symvers.error());
                  }
                  symbols.answers.push_back({demand_of_symvers(*symvers), path});
                  symbols.symvers = *std::move(symvers);
                  return {};
              });
    return symbols;
}

std::optional<KernelImage> read_kernel_image(const Root& root, const KernelPlaces& kernel,
                                             std::vector<std::string>& telling_nothing) {
    std::optional<KernelImage> image;
    use_first(root, image_paths(kernel), max_image_size, telling_nothing,
              [&](const std::string& bytes, const std::string& path) -> Result<void> {
                  auto parsed = KernelImage::parse(bytes, path);
                  if (!parsed) {
                      return tl::unexpected(parsed.error());
                  }
                  image = *std::move(parsed);
                  return {};
              });
    return image;
}

}  // namespace netpoll_shim
