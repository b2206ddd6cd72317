// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/shim.hpp"

#include <algorithm>

namespace netpoll_shim {

namespace {

// Of a module that came with the kernel, else of any that is for its release.
std::optional<std::string> reference_vermagic(const std::vector<ScannedModule>& modules,
                                              const KernelPlaces& kernel) {
    std::optional<std::string> any;
    for (const ScannedModule& module : modules) {
        if (release_of(module.vermagic) != kernel.release) {
            continue;
        }
        if (module.at.path.starts_with(kernel.modules + "/kernel/")) {
            return module.vermagic;
        }
        any = any ? any : module.vermagic;
    }
    return any;
}

std::map<std::string, std::uint32_t> crcs_of(const std::vector<ScannedModule>& modules,
                                             const KernelPlaces& kernel) {
    std::map<std::string, std::uint32_t> crcs;
    for (const ScannedModule& module : modules) {
        // One of another release may carry CRCs that are not this kernel's.
        if (release_of(module.vermagic) == kernel.release) {
            crcs.insert(module.crcs.begin(), module.crcs.end());
        }
    }
    return crcs;
}

bool release_alone_differs(const ShimFile& file, const std::string& reference) {
    const auto flags = [](std::string_view vermagic) {
        vermagic.remove_prefix(release_of(vermagic).size());
        return vermagic.substr(0, vermagic.find_last_not_of(' ') + 1);
    };
    return flags(file.vermagic) == flags(reference);
}

}  // namespace

std::set<std::string> ImageShim::symbols() const {
    std::set<std::string> names;
    if (file) {
        for (const auto& [name, crc] : needed_symbols(*file)) {
            names.insert(name);
        }
    }
    return names;
}

std::string_view release_of(std::string_view vermagic) {
    return vermagic.substr(0, vermagic.find(' '));
}

ImageShim take_shim(const Root& root, ModuleTree& tree, const ImageQuery& query) {
    ImageShim shim;
    const auto at = std::find_if(tree.files.begin(), tree.files.end(), [](const ModulePath& file) {
        return file.name == shim_module_name;
    });
    std::optional<std::string> path;
    if (at != tree.files.end()) {
        path = at->path;
        tree.files.erase(at);
    }
    if (query.shim_file) {
        shim.file = query.shim_file;
    } else if (path) {
        auto file = read_module(root, *path);
        if (file) {
            shim.file = *std::move(file);
        } else {
            shim.unreadable = file.error().message;
        }
    }
    return shim;
}

ShimFacts describe_image_shim(const ImageShim& shim, const KernelPlaces& kernel,
                              const std::vector<ScannedModule>& modules, const Symvers* symvers,
                              const KernelImage* image) {
    ShimFacts facts;
    facts.searched = kernel.modules;
    facts.unreadable = shim.unreadable;
    if (!shim.file) {
        return facts;
    }
    const auto reference = reference_vermagic(modules, kernel);
    ShimFile file = describe_shim(*shim.file, kernel.release, reference);
    file.symbols = check_symbols(*shim.file, {symvers, crcs_of(modules, kernel), image});
    if (file.fit == VermagicFit::differs && reference && release_alone_differs(file, *reference) &&
        !shim.file->imports().empty() && file.symbols->is_proof()) {
        file.fit = VermagicFit::crcs_fit;
    }
    facts.file = std::move(file);
    return facts;
}

}  // namespace netpoll_shim
