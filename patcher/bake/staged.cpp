// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/staged.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "util/streams.hpp"

namespace netpoll_shim {

std::string staged_name(std::size_t entry) {
    return fmt::format("{}{}", staged_prefix, entry);
}

std::string original_path(std::size_t entry) {
    return fmt::format("{}/{}", originals_folder, entry);
}

Result<Root::Spot> find_spot(const Root& root, const std::string& path) {
    auto spot = root.spot(path);
    if (!spot) {
        return system_failure("cannot get at " + path, spot.error().value());
    }
    return *std::move(spot);
}

Result<void> stage_text(const Root& root, const std::string& path, const std::string& name,
                        const std::string& text) {
    const auto spot = find_spot(root, path);
    if (!spot) {
        return tl::unexpected<Error>(spot.error());
    }
    constexpr mode_t mode = 0644;
    const UniqueFd file(openat(spot->directory.get(), name.c_str(),
                               O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file.valid()) {
        return system_failure("cannot create " + path, errno);
    }
    if (auto written = write_all(file.get(), text, path); !written) {
        return written;
    }
    if (fchmod(file.get(), mode) != 0 || fsync(file.get()) != 0) {
        return system_failure("cannot write " + path, errno);
    }
    return {};
}

Result<void> put_in_place(const Root::Spot& spot, const std::string& staged) {
    if (renameat(spot.directory.get(), staged.c_str(), spot.directory.get(), spot.name.c_str()) !=
        0) {
        return system_failure("cannot write " + spot.path, errno);
    }
    return sync_directory(spot.directory.get(), spot.path);
}

}  // namespace netpoll_shim
