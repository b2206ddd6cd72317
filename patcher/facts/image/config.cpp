// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/config.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

std::optional<KernelConfig> KernelConfig::parse(std::string text, std::string source) {
    // Every architecture's has it, set or "is not set".
    if (text.find("CONFIG_MODULES") == std::string::npos) {
        return std::nullopt;
    }
    return KernelConfig(std::move(text), std::move(source));
}

std::optional<std::string_view> KernelConfig::get(std::string_view name) const {
    const std::string_view text = text_;
    const std::string wanted = fmt::format("CONFIG_{}=", name);
    for (auto at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, at + 1)) {
        if (at == 0 || text[at - 1] == '\n') {
            const auto value = text.substr(at + wanted.size());
            return value.substr(0, value.find_first_of("\r\n"));
        }
    }
    return std::nullopt;
}

std::optional<KernelConfig> find_kernel_config(const Root& root, const std::string& release,
                                               const std::string& modules) {
    constexpr std::size_t max_size = std::size_t{4} << 20U;
    for (const auto& path :
         {fmt::format("boot/config-{}", release), fmt::format("{}/config", modules),
          fmt::format("{}/build/.config", modules)}) {
        if (auto text = root.read(path, max_size)) {
            if (auto config = KernelConfig::parse(*std::move(text), path)) {
                return config;
            }
        }
    }
    return std::nullopt;
}

}  // namespace netpoll_shim
