// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace netpoll_shim {

// The ID of an os-release(5) file: "debian", "rhel", "ubuntu". Nothing if it has none.
std::optional<std::string> os_release_id(std::string_view text);

}  // namespace netpoll_shim
