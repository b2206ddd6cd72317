// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace rig {

std::string base64_encode(const std::string& bytes);

// Throws where `text` is not base64.
std::string base64_decode(const std::string& text);

}  // namespace rig
