// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rig {

// What the scenarios run on. Any kernel build tree, driver and QEMU can be put
// in by path.
struct Options {
    std::filesystem::path kernel_tree;  // --kernel-tree DIR
    // --kernel-package DIR: a distribution's kernel in the place of the tree's (debian-kernel/
    // build); modules are still built against the tree, and the guests' own are left out
    std::filesystem::path kernel_package;
    std::vector<std::filesystem::path> modules;  // --module FILE.ko, repeatable
    std::filesystem::path qemu;                  // --qemu BINARY; firmware/ beside it is used
    std::filesystem::path command;               // --command FILE: the netpoll-shim to test
    std::filesystem::path static_command;  // --static-command FILE: the same for a bare userland
    std::filesystem::path arm64_command;   // --arm64-command FILE: that for another architecture
    std::filesystem::path source;          // --source DIR: the project's own checkout
    std::filesystem::path build;           // --build DIR: where modules are built
    // --driver NAME=FILE.ko, repeatable: variants of drivers, /drivers/NAME.ko in the guests
    std::map<std::string, std::filesystem::path> drivers;
};

// Takes the rig's own options out of argv, leaves the rest (GoogleTest's) in
// it. Prints usage and exits with 2 if a required one is missing.
Options take_options(int& argc, char** argv);

}  // namespace rig
