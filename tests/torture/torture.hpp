// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "rig.hpp"

namespace torture {

// What main() was asked for.
struct Settings {
    std::uint64_t seed = 0;
    std::size_t steps = 1000;
    bool without_module = false;
};

void use(const rig::Rig& rig, const Settings& settings);

}  // namespace torture
