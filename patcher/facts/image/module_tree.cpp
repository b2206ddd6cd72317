// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/module_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace netpoll_shim {

namespace {

constexpr std::size_t max_index_size = std::size_t{64} << 20U;
// Deeper than any: a tree without end must not be walked to it.
constexpr unsigned max_depth = 32;

std::optional<std::string> name_of_file(std::string_view file) {
    for (const std::string_view extension : {".ko", ".ko.gz", ".ko.xz", ".ko.zst"}) {
        if (file.size() > extension.size() && file.ends_with(extension)) {
            return module_name(file.substr(0, file.size() - extension.size()));
        }
    }
    return std::nullopt;
}

// Distributions have network drivers elsewhere than in drivers/net, too: drivers/amazon/net.
bool is_network_driver(std::string_view path) {
    const auto drivers = path.find("drivers/");
    return drivers != std::string_view::npos &&
           path.find("/net/", drivers) != std::string_view::npos;
}

// The lower the sooner; `path` is below the module directory.
unsigned precedence(std::string_view path) {
    const auto top = path.substr(0, path.find('/'));
    if (top == "updates") {
        return 0;
    }
    if (top == "extra") {
        return 1;
    }
    return top == "weak-updates" ? 3 : 2;
}

class Walk {
  public:
    Walk(const Root& root, std::string directory) : root_(root), directory_(std::move(directory)) {}

    void into(const std::string& below, unsigned depth) {
        const std::string path = below.empty() ? directory_ : directory_ + "/" + below;
        const auto entries = root_.list(path);
        if (!entries) {
            tree.unreadable.push_back(
                fmt::format("cannot read {}: {}", path, entries.error().message()));
            return;
        }
        for (const Root::Entry& entry : *entries) {
            take(entry, below.empty() ? entry.name : below + "/" + entry.name, depth);
        }
    }

    void choose() {
        std::sort(found_.begin(), found_.end());
        for (Found& module : found_) {
            const std::string path = directory_ + "/" + module.below;
            if (!tree.files.empty() && tree.files.back().name == module.name) {
                tree.hidden.push_back(path);
            } else {
                tree.files.push_back({std::move(module.name), path});
            }
        }
    }

    ModuleTree tree;

  private:
    struct Found {
        std::string name;
        unsigned precedence = 0;
        std::string below;

        auto operator<=>(const Found&) const = default;
    };

    void take(const Root::Entry& entry, const std::string& below, unsigned depth) {
        if (entry.kind == Root::Kind::directory) {
            const bool is_source_tree = below == "build" || below == "source";
            if (depth < max_depth && !is_source_tree) {
                into(below, depth + 1);
            }
            return;
        }
        auto name = name_of_file(entry.name);
        tree.has_modules = tree.has_modules || name.has_value();
        const bool is_wanted = !below.starts_with("kernel/") || is_network_driver(below);
        // weak-updates/ holds links to the modules of another release.
        const bool is_file =
            entry.kind == Root::Kind::file ||
            (entry.kind == Root::Kind::link && root_.has_file(directory_ + "/" + below));
        if (name && is_wanted && is_file) {
            tree.has_netconsole_file = tree.has_netconsole_file || *name == "netconsole";
            found_.push_back({*std::move(name), precedence(below), below});
        }
    }

    const Root& root_;
    std::string directory_;
    std::vector<Found> found_;
};

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        lines.emplace_back(line);
    }
    return lines;
}

void read_built_in(const Root& root, const std::string& directory, ModuleTree& tree) {
    const auto index = root.read(directory + "/modules.builtin", max_index_size);
    if (!index) {
        return;
    }
    tree.has_built_in_index = true;
    const auto details = root.read(directory + "/modules.builtin.modinfo", max_index_size);
    auto modinfo = parse_built_in_modinfo(details ? *details : std::string());
    for (const std::string& path : lines_of(*index)) {
        const auto name = name_of_file(path.substr(path.rfind('/') + 1));
        if (!name || !is_network_driver(path)) {
            continue;
        }
        tree.has_netconsole_built_in = tree.has_netconsole_built_in || *name == "netconsole";
        tree.built_in.push_back({*name, std::move(modinfo[*name])});
    }
    std::sort(tree.built_in.begin(), tree.built_in.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
}

}  // namespace

std::string module_name(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

std::map<std::string, std::multimap<std::string, std::string>> parse_built_in_modinfo(
    std::string_view text) {
    std::map<std::string, std::multimap<std::string, std::string>> modules;
    while (!text.empty()) {
        const auto entry = text.substr(0, text.find('\0'));
        text.remove_prefix(std::min(entry.size() + 1, text.size()));
        const auto equals = entry.find('=');
        const auto dot = entry.substr(0, equals).find('.');
        if (equals != std::string_view::npos && dot != std::string_view::npos) {
            modules[module_name(entry.substr(0, dot))].emplace(
                entry.substr(dot + 1, equals - dot - 1), entry.substr(equals + 1));
        }
    }
    return modules;
}

bool is_module_directory(const Root& root, const std::string& directory) {
    return root.has_directory(directory + "/kernel") ||
           root.has_file(directory + "/modules.builtin");
}

ModuleTree find_modules(const Root& root, const std::string& directory) {
    Walk walk(root, directory);
    walk.into("", 0);
    walk.choose();
    ModuleTree tree = std::move(walk.tree);
    read_built_in(root, directory, tree);
    return tree;
}

}  // namespace netpoll_shim
