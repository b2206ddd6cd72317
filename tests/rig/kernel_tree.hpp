// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "options.hpp"

namespace rig {

// A kernel build tree, and everything made from it for the guests.
class KernelTree {
  public:
    // Builds the shim and the guests' own modules against the tree (where
    // --module does not bring them) and installs all modules into a module
    // folder of the rig's. Throws with the build's output if that fails.
    explicit KernelTree(const Options& options);

    const std::string& release() const { return release_; }
    std::filesystem::path image() const;

    // A folder that holds lib/modules/RELEASE, complete with modules.dep, and,
    // where the tree has a key that its kernel trusts, signed/netpoll_shim.ko.
    const std::filesystem::path& modules_root() const { return modules_root_; }

  private:
    void build_module(const std::filesystem::path& source,
                      const std::vector<std::string>& entries) const;
    void add_signed_shim(const std::filesystem::path& module) const;

    void install_modules() const;

    std::filesystem::path tree_;
    std::filesystem::path package_;  // empty: the tree's own kernel
    std::filesystem::path build_;
    std::string release_;
    std::filesystem::path modules_root_;
};

}  // namespace rig
