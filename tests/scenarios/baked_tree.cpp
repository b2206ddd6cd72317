// SPDX-License-Identifier: GPL-2.0-or-later
#include "baked_tree.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <regex>

#include "kernel_tree.hpp"

namespace fs = std::filesystem;

void BakedTree::copy_plain(const fs::path& root) {
    ASSERT_FALSE(options().static_command.empty()) << "make static builds it";
    const auto plain = rig::build_image(options(), "plain");
    release_ = rig::kernel_releases(plain).front();
    root_ = root;
    rig::run_or_throw({"cp", "-a", plain.root.string() + "/.", root_});
    original_ = rig::list_tree(root_);

    const rig::KernelTree tree(options());
    ASSERT_EQ(tree.release(), release_);
    module_ = tree.modules_root() / "lib/modules" / release_ / "updates/netpoll_shim.ko";
}

std::vector<std::string> BakedTree::bake_command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {options().static_command, "bake", "--root", root_};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

rig::Ended BakedTree::bake(const std::vector<std::string>& arguments) const {
    return rig::run_to_end(bake_command(arguments));
}

std::vector<std::string> BakedTree::with_module() const {
    return {"--module", module_};
}

void BakedTree::bake_module() {
    const auto baked = bake(with_module());
    ASSERT_EQ(baked.status, 0) << baked.output;
}

void BakedTree::undo() {
    const auto undone = bake({"--undo"});
    ASSERT_EQ(undone.status, 0) << undone.output;
}

std::vector<std::string> BakedTree::changes_since(const std::set<std::string>& other) const {
    const auto now = rig::list_tree(root_);
    std::vector<std::string> changes;
    std::set_difference(other.begin(), other.end(), now.begin(), now.end(),
                        std::back_inserter(changes));
    std::transform(changes.begin(), changes.end(), changes.begin(),
                   [](const std::string& line) { return "- " + line; });
    for (const auto& line : now)
        if (!other.contains(line))
            changes.push_back("+ " + line);
    return changes;
}

std::vector<std::string> BakedTree::changes_but_for_folder_times() const {
    const std::regex folder(R"((. .* d [0-9]+ [0-9:]+) [0-9.]+ )");
    std::map<std::string, int> folders;  // 2: there before and after
    std::vector<std::string> changes;
    for (const std::string& line : changes_since(original()))
        if (std::smatch match; std::regex_match(line, match, folder))
            ++folders[match[1].str().substr(1)];
        else
            changes.push_back(line);
    for (const auto& [name, times] : folders)
        if (times != 2)
            changes.push_back("+-" + name);
    return changes;
}

rig::Guest& BakedTree::boot_tree() {
    return boot(rig::write_disk(options(), root_, scratch_.path() / "disk"), release_);
}
