// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/in_the_way.hpp"

#include <fmt/format.h>

#include "bake/write_file.hpp"
#include "util/sha256.hpp"

namespace netpoll_shim {

namespace {

Result<PlannedFile::State> state_of(const Root& root, const ManifestEntry* recorded,
                                    const PlannedFile& file) {
    const auto node = read_node(root, file.path);
    if (!node) {
        return tl::unexpected<Error>(node.error());
    }
    if (!node->is_there()) {
        return PlannedFile::State::missing;
    }
    const bool is_as_recorded = recorded != nullptr && same_content(*node, recorded->now);
    const std::string content = file.kind == Node::Kind::link ? file.content : sha256(file.content);
    if (node->kind == file.kind && node->content == content) {
        return is_as_recorded ? PlannedFile::State::ours : PlannedFile::State::there;
    }
    if (is_as_recorded) {
        return PlannedFile::State::outdated;
    }
    if (recorded != nullptr) {
        return failure(fmt::format("{} was changed since it was baked", file.path),
                       "remove it if it is not needed, or bake --undo --force");
    }
    return failure(fmt::format("{} is there already, and is another one", file.path),
                   "bake overwrites no file that it did not write: remove it, or the package that "
                   "it belongs to");
}

}  // namespace

Result<void> find_states(const Root& root, const std::optional<Manifest>& earlier,
                         std::vector<PlannedFile>& files) {
    for (PlannedFile& file : files) {
        auto settled = settle_path(root, file.path);
        if (!settled) {
            return tl::unexpected<Error>(std::move(settled).error());
        }
        file.path = *std::move(settled);
        const auto state = state_of(root, earlier ? earlier->find(file.path) : nullptr, file);
        if (!state) {
            return tl::unexpected<Error>(state.error());
        }
        file.state = *state;
    }
    return {};
}

}  // namespace netpoll_shim
