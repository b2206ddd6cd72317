// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/image.hpp"

#include <fmt/format.h>
#include <cstring>

#include <algorithm>
#include <iterator>

#include "facts/image/kernel.hpp"
#include "facts/image/module_tree.hpp"
#include "facts/os_release.hpp"
#include "util/parallel.hpp"

namespace netpoll_shim {

namespace {

MaybeFact<std::string> find_distribution(const Root& root) {
    constexpr std::size_t max_size = std::size_t{1} << 20U;
    for (const char* path : {"etc/os-release", "usr/lib/os-release"}) {
        const auto text = root.read(path, max_size);
        if (auto id = text ? os_release_id(*text) : std::nullopt) {
            return Fact<std::string>{*std::move(id), path};
        }
    }
    return std::nullopt;
}

struct Kernels {
    std::vector<KernelPlaces> installed;
    std::vector<std::string> leftover;
};

// lib is a link to usr/lib in most images: one directory then has two names.
Result<Kernels> find_kernels(const Root& root) {
    Kernels kernels;
    std::vector<std::string> seen;
    for (const char* parent : {"lib/modules", "usr/lib/modules"}) {
        const auto entries = root.list(parent);
        if (!entries && entries.error() != std::errc::no_such_file_or_directory) {
            return failure(fmt::format("cannot read {} in {}: {}", parent, root.directory(),
                                       entries.error().message()));
        }
        for (const Root::Entry& entry : entries.value_or(std::vector<Root::Entry>())) {
            const std::string path = fmt::format("{}/{}", parent, entry.name);
            const auto resolved = root.resolve(path);
            if (!resolved || !root.has_directory(path) ||
                std::find(seen.begin(), seen.end(), *resolved) != seen.end()) {
                continue;
            }
            seen.push_back(*resolved);
            if (is_module_directory(root, path)) {
                kernels.installed.push_back({entry.name, path});
            } else {
                kernels.leftover.push_back(path);
            }
        }
    }
    std::sort(kernels.installed.begin(), kernels.installed.end(),
              [](const KernelPlaces& left, const KernelPlaces& right) {
                  return strverscmp(left.release.c_str(), right.release.c_str()) < 0;
              });
    return kernels;
}

std::string names_of(const std::vector<KernelPlaces>& kernels) {
    std::string text;
    for (const KernelPlaces& kernel : kernels) {
        text += fmt::format("{}{}", text.empty() ? "" : ", ", kernel.release);
    }
    return text;
}

tl::unexpected<Error> no_kernel(const Root& root, const Kernels& kernels) {
    if (!kernels.leftover.empty()) {
        return failure(fmt::format("{}: no kernel: {} has no modules of one", root.directory(),
                                   fmt::join(kernels.leftover, ", ")),
                       "the kernel's package is not, or no longer, installed there");
    }
    return failure(fmt::format("{}: no kernel: neither lib/modules nor usr/lib/modules has one",
                               root.directory()),
                   "is it mounted?");
}

}  // namespace

Result<ImageFacts> gather_image(const Root& root, const ImageQuery& query) {
    const auto kernels = find_kernels(root);
    if (!kernels) {
        return tl::unexpected(kernels.error());
    }
    if (kernels->installed.empty()) {
        return no_kernel(root, *kernels);
    }
    ImageFacts facts;
    facts.distribution = find_distribution(root);
    facts.leftover = kernels->leftover;
    const std::string release = query.release.value_or("");
    std::vector<KernelPlaces> asked;
    std::copy_if(
        kernels->installed.begin(), kernels->installed.end(), std::back_inserter(asked),
        [&](const KernelPlaces& kernel) { return !query.release || release == kernel.release; });
    if (asked.empty()) {
        for (const std::string& path : kernels->leftover) {
            if (path.ends_with("/" + release)) {
                return failure(
                    fmt::format("{}: {} has no modules of a kernel", root.directory(), path),
                    fmt::format("there is {}", names_of(kernels->installed)));
            }
        }
        return failure(fmt::format("{}: no kernel {}", root.directory(), release),
                       fmt::format("there is {}", names_of(kernels->installed)));
    }
    // Unpacking a kernel keeps one processor busy, for longer than its modules do the others.
    facts.kernels.resize(asked.size());
    for_each_index(asked.size(), [&](std::size_t index) {
        facts.kernels[index] = gather_image_kernel(root, asked[index], facts.distribution, query);
    });
    return facts;
}

}  // namespace netpoll_shim
