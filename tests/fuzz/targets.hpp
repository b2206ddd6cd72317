// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace netpoll_shim::fuzz {

// One function for each source file of this folder: it takes any input, and whatever comes of it
// may be an answer or an error, but no crash. Its corpus is in corpus/NAME/.
void database(std::string_view input);
void document(std::string_view input);
void inventory(std::string_view input);
void object(std::string_view input);
void versions(std::string_view input);

struct Target {
    const char* name;
    void (*run)(std::string_view input);
};

inline constexpr std::array targets = {
    Target{"database", database}, Target{"document", document}, Target{"inventory", inventory},
    Target{"object", object},     Target{"versions", versions},
};

}  // namespace netpoll_shim::fuzz
