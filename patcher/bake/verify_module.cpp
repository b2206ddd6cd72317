// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/verify_module.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

Result<std::string> read_over(const Root& root, const std::vector<Layer>& layers,
                              const std::string& path, std::size_t limit) {
    for (const Layer& layer : layers) {
        const std::string prefix = layer.below.empty() ? "" : layer.below + "/";
        const auto upper = Root::open(fmt::format("/proc/self/fd/{}", layer.upper.get()));
        if (upper && path.starts_with(prefix) && upper->has_file(path.substr(prefix.size()))) {
            return upper->read(path.substr(prefix.size()), limit);
        }
    }
    return root.read(path, limit);
}

Result<void> verify_indexed(const Root& root, const std::vector<Layer>& layers,
                            const std::vector<std::string>& releases) {
    constexpr std::size_t max_size = std::size_t{64} << 20U;
    for (const std::string& release : releases) {
        const auto folder = root.resolve("lib/modules/" + release);
        const auto index =
            folder ? read_over(root, layers, *folder + "/modules.dep", max_size)
                   : system_failure("cannot find lib/modules/" + release, folder.error().value());
        if (!index) {
            return tl::unexpected<Error>(index.error());
        }
        if (index->find("/netpoll_shim.ko") == std::string::npos) {
            return failure(fmt::format("depmod did not index netpoll_shim for {}", release),
                           "a line in the image's depmod.d may leave its folder out");
        }
    }
    return {};
}

}  // namespace netpoll_shim
