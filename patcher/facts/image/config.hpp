// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "util/root.hpp"

namespace netpoll_shim {

// The configuration that a kernel was built with.
class KernelConfig {
  public:
    // `source` names the text. Nothing if it is no configuration.
    static std::optional<KernelConfig> parse(std::string text, std::string source);

    const std::string& source() const { return source_; }

    // "y", "m" or what else CONFIG_NAME is set to; nothing if it is not set.
    std::optional<std::string_view> get(std::string_view name) const;
    bool is_set(std::string_view name) const { return get(name) == "y"; }

  private:
    KernelConfig(std::string text, std::string source)
        : text_(std::move(text)), source_(std::move(source)) {}

    std::string text_;
    std::string source_;
};

// The first of boot/config-RELEASE, `modules`/config and `modules`/build/.config that is one.
std::optional<KernelConfig> find_kernel_config(const Root& root, const std::string& release,
                                               const std::string& modules);

}  // namespace netpoll_shim
