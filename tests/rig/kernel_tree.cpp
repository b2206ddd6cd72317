// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "process.hpp"

namespace fs = std::filesystem;

namespace rig {
namespace {

std::string first_line(const fs::path& file) {
    std::string line;
    std::getline(std::ifstream(file), line);
    if (line.empty())
        throw std::runtime_error(file.string() + ": not there: is the kernel built?");
    return line;
}

bool holds_module(const std::vector<fs::path>& modules, const std::string& name) {
    return std::any_of(modules.begin(), modules.end(),
                       [&](const fs::path& module) { return module.filename() == name; });
}

// A module given by --module takes the place of the tree's own of that name.
void remove_modules_named(const fs::path& root, const fs::path& name) {
    std::vector<fs::path> doomed;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.path().filename() == name)
            doomed.push_back(entry.path());
    for (const auto& path : doomed)
        fs::remove(path);
}

}  // namespace

KernelTree::KernelTree(const Options& options)
    : tree_(options.kernel_tree),
      package_(options.kernel_package),
      build_(options.build / fmt::format("kernel-{:x}", std::hash<std::string>{}(tree_.string()))),
      release_(first_line(package_.empty() ? tree_ / "include/config/kernel.release"
                                           : package_ / "release")),
      modules_root_(build_ / "root") {
    if (!fs::exists(image()))
        throw std::runtime_error(image().string() + ": not there");

    fs::remove_all(modules_root_);
    fs::create_directories(modules_root_);
    install_modules();
    const fs::path installed = modules_root_ / "lib/modules" / release_;
    fs::remove(installed / "build");
    fs::remove(installed / "source");

    std::vector<fs::path> extra = options.modules;
    if (!holds_module(extra, "netpoll_shim.ko")) {
        build_module(options.source, {"Kbuild", "VERSION", "shim", "drivers-db"});
        extra.push_back(build_ / options.source.filename() / "netpoll_shim.ko");
    }
    // Old trees may need a compiler of their own: then --module brings all.
    if (package_.empty() && !holds_module(extra, "crash_burst.ko")) {
        build_module(options.source / "tests/guest", {"."});
        for (const auto& file : fs::directory_iterator(build_ / "guest"))
            if (file.path().extension() == ".ko")
                extra.push_back(file.path());
    }
    for (const auto& module : extra) {
        remove_modules_named(installed, module.filename());
        fs::create_directories(installed / "updates");
        fs::copy_file(module, installed / "updates" / module.filename());
    }
    run_or_throw({"depmod", "-b", modules_root_, release_});
    add_signed_shim(installed / "updates/netpoll_shim.ko");
}

fs::path KernelTree::image() const {
    return package_.empty() ? tree_ / "arch/x86/boot/bzImage" : package_ / "vmlinuz";
}

void KernelTree::install_modules() const {
    if (package_.empty()) {
        run_or_throw({"make", "-s", "-C", tree_, "INSTALL_MOD_PATH=" + modules_root_.string(),
                      "DEPMOD=true", "modules_install"});
    } else {
        fs::copy(package_ / "guest", modules_root_, fs::copy_options::recursive);
    }
}

// The tree's own key, where it keeps one, is trusted by its kernel.
void KernelTree::add_signed_shim(const fs::path& module) const {
    if (!fs::exists(tree_ / "certs/signing_key.pem"))
        return;
    const fs::path copy = modules_root_ / "signed/netpoll_shim.ko";
    fs::create_directories(copy.parent_path());
    fs::copy_file(module, copy);
    run_or_throw({tree_ / "scripts/sign-file", "sha256", tree_ / "certs/signing_key.pem",
                  tree_ / "certs/signing_key.x509", copy});
}

// In a copy: the checkout stays free of objects, whichever trees are built for.
// make sees by the preserved times what has changed since the last run.
void KernelTree::build_module(const fs::path& source,
                              const std::vector<std::string>& entries) const {
    const fs::path copy = build_ / source.filename();
    fs::create_directories(copy);
    for (const auto& entry : entries)
        run_or_throw({"cp", "-rpu", source / entry, copy});
    run_or_throw({"make", "-s", "-C", tree_, "M=" + copy.string(), "modules"});
}

}  // namespace rig
