// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluate/verdict.hpp"

namespace netpoll_shim {

// An answer to a question that a verdict asks, and what it rests on.
template <typename T>
struct Claim {
    T value{};
    Evidence evidence = Evidence::version_guess;
    Statement statement;
};

template <typename T>
struct Conclusion {
    std::optional<T> value;            // nothing: nobody knows
    std::vector<Claim<T>> claims;      // the strongest first: the first decides
    std::vector<Statement> not_known;  // what was asked and had no answer

    // The strongest claim decides; weaker ones can only agree with it or contradict it.
    void conclude() {
        std::stable_sort(claims.begin(), claims.end(), [](const auto& left, const auto& right) {
            return left.evidence < right.evidence;
        });
        if (!claims.empty()) {
            value = claims.front().value;
        }
    }
};

// Adds a conclusion to a verdict: the reasons, the whole chain, and who contradicts.
template <typename T>
void report(const Conclusion<T>& conclusion, Question question, Verdict& verdict) {
    for (const Claim<T>& claim : conclusion.claims) {
        const Claim<T>& decisive = conclusion.claims.front();
        ChainLink link{question, claim.evidence, Standing::agrees, claim.statement};
        if (&claim == &decisive) {
            link.standing = Standing::decides;
            verdict.reasons.push_back(claim.statement);
        } else if (claim.value != decisive.value) {
            link.standing = Standing::overruled;
            verdict.contradictions.push_back(
                fmt::format("{} ({}); {} says otherwise and counts", claim.statement.text,
                            claim.statement.source, decisive.statement.source));
        }
        verdict.chain.push_back(std::move(link));
    }
    if (conclusion.claims.empty()) {
        verdict.reasons.insert(verdict.reasons.end(), conclusion.not_known.begin(),
                               conclusion.not_known.end());
    }
}

}  // namespace netpoll_shim
