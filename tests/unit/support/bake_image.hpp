// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli.hpp"
#include "support/fake_image.hpp"

namespace netpoll_shim::test {

constexpr auto initramfs_path = "boot/initrd.img-6.1.192-legacy";
constexpr auto shim_path = "lib/modules/6.1.192-legacy/updates/netpoll_shim.ko";
constexpr auto manifest_file = "var/lib/netpoll-shim/bake/manifest.json";

// A file tree as far as an undo is to bring it back: of each path kind, mode, owner, time and
// contents.
using Snapshot = std::map<std::string, std::string>;
Snapshot take_snapshot(const std::filesystem::path& root);
// The paths by which two differ.
std::vector<std::string> differences(const Snapshot& left, const Snapshot& right);

// Puts made-up contents into any root: a kernel that demands the hook, ENA without it, a shell of
// busybox, and depmod and update-initramfs that write what they found.
void fill_image(const FakeImage& image);

// Such an image, with a module that fits and a command for it beside it.
class BakeImage : public FakeImage {
  public:
    BakeImage();

    // Runs `netpoll-shim bake --root ROOT` with these and with --command.
    Output bake(const std::vector<std::string>& more = {}) const;
    // The same with --module.
    Output bake_module(std::vector<std::string> more = {}) const;
    Output undo(const std::vector<std::string>& more = {}) const;

    std::string module_file() const { return (beside_.path() / "netpoll_shim.ko").string(); }
    std::string command_file() const { return (beside_.path() / "netpoll-shim").string(); }
    std::string read(const std::string& path) const;
    bool has(const std::string& path) const;
    Snapshot snapshot() const { return take_snapshot(root()); }

    // A program of the image: a shell script.
    void add_program(const std::string& path, const std::string& text) const;

    bool is_root = true;  // whom the command believes to be

  private:
    TempDirectory beside_;
};

}  // namespace netpoll_shim::test
