// SPDX-License-Identifier: GPL-2.0-or-later
#include "image.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "process.hpp"

namespace fs = std::filesystem;

namespace rig {

Image build_image(const Options& options, const std::string& kind) {
    std::string output = run_or_throw({options.source / "tests/rig/image/build", kind});
    output.erase(output.find_last_not_of('\n') + 1);
    const fs::path folder = output.substr(output.rfind('\n') + 1);  // behind what it said
    return {folder / "root", folder / "disk"};
}

Image write_disk(const Options& options, const fs::path& root, const fs::path& file) {
    run_or_throw({"sh", "-c", R"(. "$0" && write_disk "$1" "$2")",
                  options.source / "tests/rig/image/chroot.sh", root, file});
    return {root, file};
}

Image edit_disk(const Image& image, const fs::path& file, const std::string& commands) {
    // debugfs exits with 0 whatever becomes of its commands: what it says of them counts.
    run_or_throw({"sh", "-c",
                  R"(cp --sparse=always "$0" "$1" && ! { printf %s "$2" | )"
                  R"(debugfs -w -f - "$1" 2>&1 | )"
                  R"(grep -v -e '^debugfs' -e '^Allocated inode: ' -e '^$'; })",
                  image.disk, file, commands});
    return {image.root, file};
}

std::vector<std::string> kernel_releases(const Image& image) {
    std::vector<std::string> releases;
    for (const auto& entry : fs::directory_iterator(image.root / "lib/modules"))
        releases.push_back(entry.path().filename());
    std::sort(releases.begin(), releases.end());
    return releases;
}

std::set<std::string> list_tree(const fs::path& root) {
    std::istringstream output(run_or_throw({"sh", "-c",
                                            R"(find . -printf '%p %y %m %U:%G %T@ %l\n' && )"
                                            "find . -type f -print0 | xargs -0 sha256sum"},
                                           root));
    std::set<std::string> lines;
    for (std::string line; std::getline(output, line);)
        lines.insert(line);
    return lines;
}

Guest boot_image(const Options& options, const Image& image, const std::string& release,
                 std::optional<std::uint16_t> port, GuestConfig config) {
    config.disk = image.disk;
    config.memory_mb = 768;
    config.kernel_arguments = "root=/dev/vda net.ifnames=0 " + config.kernel_arguments;
    // 52:55:0a:00:02:02 is the gateway of QEMU's user network.
    if (port)
        config.kernel_arguments += fmt::format(
            " netconsole.netconsole=6665@10.0.2.15/eth0,{}@10.0.2.2/52:55:0a:00:02:02", *port);
    const fs::path boot = image.root / "boot";
    return {options, boot / ("vmlinuz-" + release), boot / ("initrd.img-" + release), config};
}

}  // namespace rig
