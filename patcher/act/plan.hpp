// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "evaluate/verdict.hpp"
#include "util/policy.hpp"

namespace netpoll_shim {

// The mode that the module is to serve a device in: the verdict's, or attach where an unknown
// device is forced. Nothing: it is left alone.
std::optional<Mode> planned_mode(const Verdict& verdict, bool force);

// The policy for a set of devices. Two devices of one driver share an entry; where their modes
// differ it is the one that does no harm on either: guard for drain and guard, else attach.
Policy plan_policy(const std::vector<Verdict>& verdicts, bool force);

}  // namespace netpoll_shim
