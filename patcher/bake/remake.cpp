// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/remake.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ranges>

#include "bake/changes.hpp"
#include "bake/image_tools.hpp"
#include "bake/sandbox.hpp"
#include "bake/staged.hpp"
#include "bake/state_folder.hpp"
#include "facts/image/module_tree.hpp"

namespace netpoll_shim {

namespace {

Result<std::vector<ImageTool>> tools_for(const Root& root, const std::set<ToolWork>& work) {
    std::vector<ImageTool> tools;
    // depmod comes before initramfs.
    for (const auto& [tool, release] : work) {
        if (!is_module_directory(root, "lib/modules/" + release)) {
            continue;
        }
        if (tool == "depmod") {
            auto depmod = depmod_tool(root, release);
            if (!depmod) {
                return tl::unexpected<Error>(std::move(depmod).error());
            }
            tools.push_back(*std::move(depmod));
        } else {
            std::string note;
            if (auto initramfs = initramfs_tool(root, release, note)) {
                tools.push_back(*std::move(initramfs));
            }
        }
    }
    return tools;
}

Result<void> apply(const Root& root, const Change& change, const Layer& layer, std::size_t number) {
    const auto spot = find_spot(root, change.path);
    if (!spot) {
        return tl::unexpected<Error>(spot.error());
    }
    if (!change.now.is_there()) {
        return unlinkat(spot->directory.get(), spot->name.c_str(), 0) == 0 || errno == ENOENT
                   ? Result<void>()
                   : system_failure("cannot remove " + change.path, errno);
    }
    const auto upper = Root::open(fmt::format("/proc/self/fd/{}", layer.upper.get()));
    const auto from =
        upper ? find_spot(*upper, change.in_layer) : tl::unexpected<Error>(upper.error());
    if (!from) {
        return tl::unexpected<Error>(from.error());
    }
    return copy_node({from->directory.get(), from->name, change.path},
                     {spot->directory.get(), staged_name(number), change.path}, change.now)
        .and_then([&] { return put_in_place(*spot, staged_name(number)); });
}

// Whether they are of use: what is new beside what is made anew (a cache) would not be taken back.
Result<void> run_and_apply(const Root& root, const std::vector<ImageTool>& tools) {
    const auto layers = run_in_sandbox(root, {}, tools);
    const auto changes =
        layers ? find_changes(root, *layers) : tl::unexpected<Error>(layers.error());
    if (!changes) {
        return tl::unexpected<Error>(changes.error());
    }
    for (std::size_t i = 0; i < changes->files.size(); i++) {
        const Change& change = changes->files[i];
        if (!change.before.is_there()) {
            continue;
        }
        if (auto applied = apply(root, change, layers->at(change.layer), i); !applied) {
            return applied;
        }
    }
    for (const std::string& folder : std::views::reverse(changes->removed_folders)) {
        if (auto removed = remove_folder(root, folder); !removed) {
            return removed;
        }
    }
    return {};
}

// The kernels for which dkms has built this version of the module, by its own tree (dkms(8)).
std::vector<std::string> releases_of_dkms(const Root& root, const std::string& version) {
    std::vector<std::string> releases;
    const std::string folder = fmt::format("var/lib/dkms/netpoll-shim/{}", version);
    for (const Root::Entry& entry : root.list(folder).value_or(std::vector<Root::Entry>())) {
        if (entry.kind == Root::Kind::directory && entry.name != "build") {
            releases.push_back(entry.name);
        }
    }
    return releases;
}

}  // namespace

Result<void> remake_in_image(const Root& root, const std::set<ToolWork>& work) {
    const auto tools = tools_for(root, work);
    if (!tools) {
        return tl::unexpected<Error>(tools.error());
    }
    return tools->empty() ? Result<void>() : run_and_apply(root, *tools);
}

Result<void> remove_later_builds(const Root& root, const Manifest& manifest) {
    const bool is_by_dkms =
        std::any_of(manifest.entries.begin(), manifest.entries.end(),
                    [](const ManifestEntry& entry) { return entry.made_by == "dkms"; });
    if (!is_by_dkms || !manifest.is_complete || !has_program(root, "dkms")) {
        return {};
    }
    std::vector<ImageTool> tools;
    std::set<ToolWork> work;
    for (const std::string& release : releases_of_dkms(root, manifest.version)) {
        const auto& baked = manifest.kernels;
        if (std::find(baked.begin(), baked.end(), release) == baked.end()) {
            tools.push_back(
                {{"dkms", "remove", "-m", "netpoll-shim", "-v", manifest.version, "-k", release},
                 ""});
            work.insert({"depmod", release});
            work.insert({"initramfs", release});
        }
    }
    const auto others = tools_for(root, work);
    if (!others) {
        return tl::unexpected<Error>(others.error());
    }
    tools.insert(tools.end(), others->begin(), others->end());
    return tools.empty() ? Result<void>() : run_and_apply(root, tools);
}

}  // namespace netpoll_shim
