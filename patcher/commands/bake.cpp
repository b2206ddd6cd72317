// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/bake.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "bake/changes.hpp"
#include "bake/commit.hpp"
#include "bake/remake.hpp"
#include "bake/verify_module.hpp"
#include "commands/privilege.hpp"

namespace netpoll_shim {

namespace {

// Held until it is closed, or the process ends.
Result<UniqueFd> lock(const Root& root) {
    auto directory = root.open_directory("");
    if (!directory) {
        return system_failure("cannot open " + root.directory(), directory.error().value());
    }
    if (flock(directory->get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return failure(fmt::format("another bake is at work on {}", root.directory()),
                           "wait for it");
        }
        return system_failure("cannot lock " + root.directory(), errno);
    }
    return *std::move(directory);
}

Result<void> require_writable(const Root& root) {
    const auto directory = root.open_directory("");
    struct statvfs status {};
    if (directory && fstatvfs(directory->get(), &status) == 0 && (status.f_flag & ST_RDONLY) != 0) {
        return failure(fmt::format("{} is read-only", root.directory()),
                       fmt::format("mount -o remount,rw {}", root.directory()));
    }
    return {};
}

// With the image's tools at hand for what others have had them make since.
Result<Undone> take_back_in_image(const Root& root, const Manifest& manifest, bool force) {
    return remove_later_builds(root, manifest).and_then([&] {
        return take_back(root, manifest, force, [&](const std::set<ToolWork>& work) {
            return remake_in_image(root, work);
        });
    });
}

// An interrupted run's rest, and what comes of it for the report.
Result<std::optional<Manifest>> repair(const Root& root, bool force, BakeReport& report) {
    auto manifest = load_manifest(root);
    if (!manifest) {
        return manifest;
    }
    const std::optional<Manifest>& earlier = *manifest;
    if (!earlier) {
        auto cleaned = clean_leftovers(root);
        return cleaned ? std::move(manifest) : tl::unexpected<Error>(std::move(cleaned).error());
    }
    if (earlier->is_complete) {
        return manifest;
    }
    auto undone = take_back_in_image(root, *earlier, force);
    if (!undone) {
        return tl::unexpected<Error>(std::move(undone).error());
    }
    if (!undone->left.empty()) {
        return failure(fmt::format("an interrupted bake is not taken back: {} changed since",
                                   fmt::join(undone->left, ", ")),
                       "bake --undo --force removes them");
    }
    report.repaired = true;
    report.undone = *std::move(undone);
    return std::nullopt;
}

// Whether somebody has put back what a tool was to make anew.
bool is_put_back(const Root& root, const Manifest& manifest) {
    return std::any_of(
        manifest.entries.begin(), manifest.entries.end(), [&](const ManifestEntry& entry) {
            const auto node = read_node(root, entry.path);
            return entry.original.is_there() && node && same_content(*node, entry.original) &&
                   !same_content(entry.original, entry.now);
        });
}

Result<void> undo_earlier(const Root& root, const Manifest& manifest) {
    const auto undone = take_back_in_image(root, manifest, false);
    if (!undone) {
        return tl::unexpected<Error>(undone.error());
    }
    if (!undone->left.empty()) {
        return failure(fmt::format("changed since it was baked: {}", fmt::join(undone->left, ", ")),
                       "bake --undo --force removes them");
    }
    return {};
}

// A link of the image may lead a path into a folder that is emptied at every boot.
Result<void> require_all(const Changes& changes, const std::vector<std::string>& own) {
    for (const std::string& path : own) {
        const bool is_kept = std::any_of(changes.files.begin(), changes.files.end(),
                                         [&](const Change& change) { return change.path == path; });
        if (!is_kept) {
            return failure(fmt::format("{} is in a folder that is not kept", path),
                           "a link in the image leads there");
        }
    }
    return {};
}

Result<void> put_in(const Root& root, const BakePlan& plan, BakeReport& report) {
    std::vector<PlannedFile> missing;
    std::vector<std::string> own;
    for (const PlannedFile& file : plan.files) {
        if (file.state == PlannedFile::State::missing) {
            missing.push_back(file);
            own.push_back(file.path);
        }
    }
    const auto layers = run_in_sandbox(root, missing, plan.tools);
    if (!layers) {
        return tl::unexpected<Error>(layers.error());
    }
    if (auto indexed = verify_indexed(root, *layers, plan.releases()); !indexed) {
        return indexed;
    }
    const auto changes = find_changes(root, *layers);
    if (auto kept = changes ? require_all(*changes, own) : Result<void>(); !kept) {
        return kept;
    }
    const auto manifest = changes ? make_manifest(root, *changes, own, plan.releases())
                                  : tl::unexpected<Error>(changes.error());
    if (!manifest) {
        return tl::unexpected<Error>(manifest.error());
    }
    if (auto done = commit(root, *manifest, *changes, *layers); !done) {
        return done;
    }
    report.entries = manifest->entries;
    return {};
}

Result<BakeReport> plan_only(const Root& root, const BakeOptions& options, BakeReport report) {
    const auto manifest = load_manifest(root);
    if (!manifest) {
        return tl::unexpected<Error>(manifest.error());
    }
    const std::optional<Manifest>& earlier = *manifest;
    auto plan = make_plan(root, options, shipped_database(), earlier);
    if (!plan) {
        return tl::unexpected<Error>(std::move(plan).error());
    }
    const bool is_whole = !earlier || (earlier->is_complete && !is_put_back(root, *earlier));
    report.outcome = plan->releases().empty()      ? BakeOutcome::nothing_needed
                     : plan->is_done() && is_whole ? BakeOutcome::unchanged
                                                   : BakeOutcome::planned;
    report.replaces_earlier = earlier.has_value() && report.outcome == BakeOutcome::planned;
    report.plan = *std::move(plan);
    return report;
}

Result<BakeReport> put_in_all(const Root& root, const BakeOptions& options, BakeReport report) {
    const auto manifest = repair(root, options.force, report);
    if (!manifest) {
        return tl::unexpected<Error>(manifest.error());
    }
    const std::optional<Manifest>& earlier = *manifest;
    auto plan = make_plan(root, options, shipped_database(), earlier);
    if (!plan) {
        return tl::unexpected<Error>(std::move(plan).error());
    }
    if (plan->releases().empty()) {
        report.outcome = BakeOutcome::nothing_needed;
        report.plan = *std::move(plan);
        return report;
    }
    if (plan->is_done() && (!earlier || !is_put_back(root, *earlier))) {
        report.outcome = BakeOutcome::unchanged;
        report.plan = *std::move(plan);
        return report;
    }
    if (auto writable = require_writable(root); !writable) {
        return tl::unexpected<Error>(std::move(writable).error());
    }
    if (earlier) {
        if (auto undone = undo_earlier(root, *earlier); !undone) {
            return tl::unexpected<Error>(std::move(undone).error());
        }
        report.replaces_earlier = true;
        for (PlannedFile& file : plan->files) {
            if (file.state != PlannedFile::State::there) {
                file.state = PlannedFile::State::missing;
            }
        }
    }
    report.outcome = BakeOutcome::baked;
    if (auto done = put_in(root, *plan, report); !done) {
        return tl::unexpected<Error>(std::move(done).error());
    }
    report.plan = *std::move(plan);
    return report;
}

Result<BakeReport> plan_undo(const Root& root, BakeReport report) {
    const auto manifest = load_manifest(root);
    if (!manifest) {
        return tl::unexpected<Error>(manifest.error());
    }
    const std::optional<Manifest>& earlier = *manifest;
    report.outcome = earlier ? BakeOutcome::undo_planned : BakeOutcome::nothing_to_undo;
    if (earlier) {
        report.entries = earlier->entries;
    }
    return report;
}

Result<BakeReport> undo_all(const Root& root, const BakeOptions& options, BakeReport report) {
    const auto manifest = load_manifest(root);
    if (!manifest) {
        return tl::unexpected<Error>(manifest.error());
    }
    const std::optional<Manifest>& earlier = *manifest;
    if (!earlier) {
        report.outcome = BakeOutcome::nothing_to_undo;
        auto cleaned = clean_leftovers(root);
        return cleaned ? Result<BakeReport>(std::move(report))
                       : tl::unexpected<Error>(std::move(cleaned).error());
    }
    auto undone = require_writable(root).and_then(
        [&] { return take_back_in_image(root, *earlier, options.force); });
    if (!undone) {
        return tl::unexpected<Error>(std::move(undone).error());
    }
    report.outcome = BakeOutcome::undone;
    report.undone = *std::move(undone);
    if (!report.undone.left.empty()) {
        report.exit_code = ExitCode::failed;
        report.problem = Error{
            fmt::format("left, since they were changed: {}", fmt::join(report.undone.left, ", ")),
            "bake --undo --force removes them"};
    }
    return report;
}

}  // namespace

Result<BakeReport> bake(const BakeOptions& options, const Context& context) {
    if (auto allowed = options.dry_run ? Result<void>() : require_root(context.sources, "bake");
        !allowed) {
        return tl::unexpected<Error>(std::move(allowed).error());
    }
    const auto root = Root::open(options.root);
    if (!root) {
        return tl::unexpected<Error>(root.error());
    }
    BakeReport report;
    report.root = options.root;
    if (options.dry_run) {
        return options.undo ? plan_undo(*root, std::move(report))
                            : plan_only(*root, options, std::move(report));
    }
    const auto locked = lock(*root);
    if (!locked) {
        return tl::unexpected<Error>(locked.error());
    }
    return options.undo ? undo_all(*root, options, std::move(report))
                        : put_in_all(*root, options, std::move(report));
}

}  // namespace netpoll_shim
