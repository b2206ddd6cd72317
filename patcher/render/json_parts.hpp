// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// Included by those who write JSON documents alone: the library is large.

#include <nlohmann/json.hpp>
#include <string>

#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

using Json = nlohmann::ordered_json;

constexpr int schema = 1;

// Parts that several documents have, the same in all.
Json to_json(const KernelFacts& kernel);
Json to_json(const ShimFacts& shim);
Json fact_json(const MaybeFact<std::string>& value);
Json judged_device(const DeviceFacts& device, const Verdict& verdict);

// A whole document as text.
std::string document(const Json& json);

}  // namespace netpoll_shim
