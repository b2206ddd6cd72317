// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/plan.hpp"

namespace netpoll_shim {

namespace {

// A mode that does no harm to a device that wants either.
Mode common_mode(Mode left, Mode right) {
    if (left == right) {
        return left;
    }
    return polls_napi(left) && polls_napi(right) ? Mode::guard : Mode::attach;
}

}  // namespace

std::optional<Mode> planned_mode(const Verdict& verdict, bool force) {
    if (verdict.kind == VerdictKind::shim) {
        return verdict.mode;
    }
    if (force && verdict.forceable) {
        return Mode::attach;
    }
    return std::nullopt;
}

Policy plan_policy(const std::vector<Verdict>& verdicts, bool force) {
    Policy policy;
    for (const Verdict& verdict : verdicts) {
        const auto mode = planned_mode(verdict, force);
        if (!mode) {
            continue;
        }
        const auto [entry, is_new] = policy.emplace(verdict.driver, *mode);
        if (!is_new) {
            entry->second = common_mode(entry->second, *mode);
        }
    }
    return policy;
}

}  // namespace netpoll_shim
