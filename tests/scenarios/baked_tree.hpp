// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "image_scenario.hpp"
#include "process.hpp"
#include "work_directory.hpp"

// A clean Debian root, and the command's bake on it from outside.
class BakedTree : public ImageScenario {
  protected:
    // Copies the root of the plain image to `root`.
    void copy_plain(const std::filesystem::path& root);

    const std::filesystem::path& root() const { return root_; }
    const std::string& release() const { return release_; }
    // The tree before anything was done to it.
    const std::set<std::string>& original() const { return original_; }

    // bake with these arguments, as a command line.
    std::vector<std::string> bake_command(const std::vector<std::string>& arguments) const;
    rig::Ended bake(const std::vector<std::string>& arguments) const;
    // bake with the module built for the image's kernel.
    std::vector<std::string> with_module() const;

    // Must exit with 0.
    void bake_module();
    void undo();

    // What the tree has that `other` has not ("+ "), or has no more ("- ").
    std::vector<std::string> changes_since(const std::set<std::string>& other) const;
    // The same, but for the times of change of folders.
    std::vector<std::string> changes_but_for_folder_times() const;

    // The tree boots, whatever was done to it.
    rig::Guest& boot_tree();

    const rig::WorkDirectory scratch_{"baked-tree"};

  private:
    std::filesystem::path root_;
    std::filesystem::path module_;
    std::string release_;
    std::set<std::string> original_;
};
