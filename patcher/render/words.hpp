// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "commands/load.hpp"
#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// The words for the values of reports, the same in text and in JSON: a stable interface.
std::string_view word(VerdictKind kind);
std::string_view word(Service service);
std::string_view word(HookDemand demand);
std::string_view word(BuildKind kind);
std::string_view word(Evidence evidence);
std::string_view word(Question question);
std::string_view word(Standing standing);
std::string_view word(VermagicFit fit);
std::string_view word(LoadOutcome outcome);

}  // namespace netpoll_shim
