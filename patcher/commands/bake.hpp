// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bake/options.hpp"
#include "bake/plan.hpp"
#include "bake/undo.hpp"
#include "commands/context.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

enum class BakeOutcome {
    baked,
    unchanged,       // all is as it is to be
    nothing_needed,  // no kernel of the image needs the module
    undone,
    nothing_to_undo,
    planned,       // --dry-run
    undo_planned,  // --undo --dry-run
};

struct BakeReport {
    std::string root;
    BakeOutcome outcome = BakeOutcome::unchanged;
    bool repaired = false;               // an interrupted run was taken back first
    bool replaces_earlier = false;       // an earlier bake was, or is to be, taken back first
    BakePlan plan;                       // of a bake
    std::vector<ManifestEntry> entries;  // what the bake changed, or what is to be undone
    Undone undone;                       // of an undo
    std::optional<Error> problem;        // of an undo that left something
    ExitCode exit_code = ExitCode::done;
};

// Puts what kernels of an image need into it: module, command, boot files, policy, database; with
// the image's own depmod and initramfs tool run over it. With `undo` takes exactly that back.
// Needs root, but for a dry run.
Result<BakeReport> bake(const BakeOptions& options, const Context& context);

}  // namespace netpoll_shim
