// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "util/result.hpp"

namespace netpoll_shim {

// A Module.symvers: what a kernel and its modules export, with CRCs where the kernel has
// CONFIG_MODVERSIONS (0 where it has not).
class Symvers {
  public:
    // `source` names the text. Fails where it does not tell of the kernel itself: a module's own
    // Module.symvers has the same form.
    static Result<Symvers> parse(std::string text, std::string source);

    const std::string& source() const { return source_; }
    // Nothing: no such symbol.
    std::optional<std::uint32_t> crc(std::string_view symbol) const;
    bool exports(std::string_view symbol) const { return crcs_.count(symbol) != 0; }

  private:
    std::shared_ptr<const std::string> text_;  // what crcs_ looks at
    std::string source_;
    std::unordered_map<std::string_view, std::uint32_t> crcs_;
};

}  // namespace netpoll_shim
