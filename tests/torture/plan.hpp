// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace torture {

enum class Action {
    load,
    load_with_failing_allocation,
    unload,
    attach,
    detach,
    link_down,
    link_up,
    set_mtu,
    set_ring,
    set_channels,
    rename,
    move_to_namespace_and_back,
    unbind,
    bind,
    bind_with_failing_allocation,
    reset_adapter,
    read_attributes,
};

const char* name_of(Action action);

struct Step {
    Action action;
    unsigned argument;  // chooses the step's variant
};

// The steps of a run follow from the seed alone, whatever the machine does.
std::vector<Step> make_plan(std::uint64_t seed, std::size_t steps);

}  // namespace torture
