// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/remake.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "bake/changes.hpp"
#include "bake/image_tools.hpp"
#include "bake/sandbox.hpp"
#include "bake/staged.hpp"
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

}  // namespace

Result<void> remake_in_image(const Root& root, const std::set<ToolWork>& work) {
    const auto tools = tools_for(root, work);
    if (!tools) {
        return tl::unexpected<Error>(tools.error());
    }
    if (tools->empty()) {
        return {};
    }
    const auto layers = run_in_sandbox(root, {}, *tools);
    const auto changes =
        layers ? find_changes(root, *layers) : tl::unexpected<Error>(layers.error());
    if (!changes) {
        return tl::unexpected<Error>(changes.error());
    }
    for (std::size_t i = 0; i < changes->files.size(); i++) {
        const Change& change = changes->files[i];
        // What is new beside what is made anew (a cache) would not be taken back.
        if (!change.before.is_there()) {
            continue;
        }
        if (auto applied = apply(root, change, layers->at(change.layer), i); !applied) {
            return applied;
        }
    }
    return {};
}

}  // namespace netpoll_shim
