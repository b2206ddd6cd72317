// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/kernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "facts/image/config.hpp"
#include "facts/image/driver_module.hpp"
#include "facts/image/scan.hpp"
#include "facts/image/shim.hpp"
#include "util/parallel.hpp"

namespace netpoll_shim {

namespace {

// What was read of one kernel, before anything is concluded from it.
struct Reading {
    ModuleTree tree;
    KernelSymbols symbols;
    std::optional<KernelConfig> config;
    ImageShim shim;
    std::optional<KernelImage> image;
    std::vector<ScannedModule> modules;
};

// Nothing where the image has to be asked for it.
std::optional<OpsLayout> layout_of_shim(const ImageShim& shim, const std::string& release) {
    if (!shim.file || release_of(shim.file->get("vermagic").value_or("")) != release) {
        return std::nullopt;
    }
    return ops_layout_from_modinfo(shim.file->modinfo(), shim.file->source());
}

Reading read_all(const Root& root, const KernelPlaces& places, const ImageQuery& query) {
    Reading reading;
    reading.tree = find_modules(root, places.modules);
    reading.symbols = read_symbol_files(root, places);
    reading.config = find_kernel_config(root, places.release, places.modules);
    reading.shim = take_shim(root, reading.tree, query);
    const auto symbols = reading.shim.symbols();

    // Unpacking the image takes as long as hundreds of modules: only where it is needed, and first.
    const bool image_is_needed =
        reading.symbols.answers.empty() || !layout_of_shim(reading.shim, places.release);
    const auto& files = reading.tree.files;
    reading.modules.resize(files.size());
    const std::size_t before = image_is_needed ? 1 : 0;
    for_each_index(before + files.size(), [&](std::size_t index) {
        if (index < before) {
            reading.image = read_kernel_image(root, places, reading.symbols.telling_nothing);
        } else {
            reading.modules[index - before] =
                scan_module(root, files[index - before], query, symbols);
        }
    });
    return reading;
}

void add_image_answer(Reading& reading) {
    if (!reading.image) {
        return;
    }
    const auto demand = demand_of_image(*reading.image);
    if (demand) {
        reading.symbols.answers.push_back({*demand, reading.image->path()});
    } else {
        reading.symbols.telling_nothing.push_back(
            fmt::format("{}: {}", reading.image->path(), demand.error().message));
    }
}

void add_config_answer(const KernelConfig& config, Reading& reading) {
    if (!config.is_set("NETPOLL")) {
        reading.symbols.answers.push_back({HookDemand::no_netpoll, config.source()});
    }
}

std::string_view words(HookDemand demand) {
    switch (demand) {
        case HookDemand::demanded:
            return "the kernel demands ndo_poll_controller";
        case HookDemand::not_demanded:
            return "the kernel demands no ndo_poll_controller";
        case HookDemand::no_netpoll:
            break;
    }
    return "the kernel has no netpoll";
}

void conclude_demand(Reading& reading, KernelFacts& facts) {
    auto& answers = reading.symbols.answers;
    if (answers.empty()) {
        return;
    }
    facts.hook_demand = answers.front();
    for (const auto& answer : answers) {
        if (answer.value != answers.front().value) {
            facts.contradictions.push_back(fmt::format("{} ({}); {} says otherwise and counts",
                                                       words(answer.value), answer.source,
                                                       answers.front().source));
        }
    }
    if (answers.front().value == HookDemand::no_netpoll && reading.config &&
        reading.config->is_set("NETPOLL")) {
        facts.contradictions.push_back(
            fmt::format("CONFIG_NETPOLL=y ({}); {} says otherwise and counts",
                        reading.config->source(), answers.front().source));
    }
}

void conclude_netconsole(const Reading& reading, const std::string& modules, KernelFacts& facts) {
    const auto& tree = reading.tree;
    const auto configured = reading.config ? reading.config->get("NETCONSOLE") : std::nullopt;
    const std::string config = reading.config ? reading.config->source() : "";
    if (tree.has_netconsole_built_in || configured == "y") {
        facts.netconsole =
            Fact<BuildKind>{BuildKind::built_in,
                            tree.has_netconsole_built_in ? modules + "/modules.builtin" : config};
    } else if (tree.has_netconsole_file) {
        facts.netconsole = Fact<BuildKind>{BuildKind::module, modules};
    } else if (reading.config || tree.has_built_in_index) {
        facts.netconsole = Fact<BuildKind>{BuildKind::absent, modules};
        if (configured == "m") {
            facts.contradictions.push_back(
                fmt::format("netconsole is a module (CONFIG_NETCONSOLE=m, {}), but {} has none: "
                            "it may be in a package of more modules",
                            config, modules));
        }
    }
}

void conclude_loading(const KernelConfig& config, KernelFacts& facts) {
    facts.sig_enforce = Fact<bool>{config.is_set("MODULE_SIG_FORCE"), config.source()};
    facts.modules_disabled = Fact<bool>{!config.is_set("MODULES"), config.source()};
    for (const char* level : {"integrity", "confidentiality"}) {
        std::string name = fmt::format("LOCK_DOWN_KERNEL_FORCE_{}", level);
        std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        if (config.is_set(name)) {
            facts.lockdown = Fact<std::string>{level, config.source()};
        }
    }
}

std::string machine_of(const std::vector<ScannedModule>& modules) {
    for (const ScannedModule& module : modules) {
        if (module.machine != Machine::other) {
            return module.machine == Machine::x86_64 ? "x86_64" : "aarch64";
        }
    }
    return "";
}

Result<OpsLayout> layout_of(const Reading& reading, const std::string& release) {
    if (const auto layout = layout_of_shim(reading.shim, release)) {
        return *layout;
    }
    if (!reading.image) {
        return failure(
            "there is neither a netpoll_shim for this kernel nor a vmlinuz that can be "
            "read");
    }
    return reading.image->ops_layout();
}

// A device that does not exist yet: its driver goes by its module's name until the database says
// otherwise.
DeviceFacts prospective_device(DriverModule module, const std::string& source) {
    DeviceFacts device;
    device.driver = Fact<std::string>{module.name, source};
    device.module = std::move(module);
    return device;
}

ImageDriver describe_scanned(const ScannedModule& scanned, const Result<OpsLayout>& layout) {
    if (scanned.file) {
        return {prospective_device(describe_driver(scanned.at.name, *scanned.file, layout),
                                   scanned.at.path),
                scanned.binds};
    }
    // It might bind to anything.
    DriverModule module;
    module.name = scanned.at.name;
    module.path = scanned.at.path;
    module.object = DriverObject{std::nullopt, std::nullopt, scanned.unreadable};
    return {prospective_device(std::move(module), scanned.at.path), {}};
}

void add_file_drivers(const Reading& reading, const Result<OpsLayout>& layout,
                      ImageKernel& kernel) {
    std::vector<const ScannedModule*> judged;
    for (const ScannedModule& module : reading.modules) {
        if ((module.file || !module.unreadable.empty()) && module.at.name != shim_module_name) {
            judged.push_back(&module);
        }
    }
    std::vector<ImageDriver> drivers(judged.size());
    for_each_index(judged.size(), [&](std::size_t index) {
        drivers[index] = describe_scanned(*judged[index], layout);
    });
    std::move(drivers.begin(), drivers.end(), std::back_inserter(kernel.drivers));
}

std::optional<ImageDriver> built_in_driver(const BuiltInModule& module, const ImageQuery& query,
                                           const std::string& directory) {
    std::vector<std::string> bound;
    for (const Modalias& modalias : query.modaliases) {
        if (binds(module.modinfo, modalias.text)) {
            bound.push_back(modalias.text);
        }
    }
    if (bound.empty() && !(query.all_drivers && has_device_alias(module.modinfo))) {
        return std::nullopt;
    }
    const std::string source = directory + "/modules.builtin.modinfo";
    DriverModule facts = describe_driver(module.name, module.modinfo, source);
    facts.is_built_in = true;
    // modinfo of what is built in lacks it before Linux 5.2, and nothing else comes with a kernel.
    facts.in_tree = Fact<bool>{true, directory + "/modules.builtin"};
    facts.object = DriverObject{std::nullopt, std::nullopt,
                                "it is built in: its net_device_ops are in the kernel itself"};
    return ImageDriver{prospective_device(std::move(facts), directory + "/modules.builtin"),
                       std::move(bound)};
}

// A driver that is built in has its devices before any module is loaded.
void add_built_in_drivers(const ModuleTree& tree, const ImageQuery& query,
                          const std::string& directory, ImageKernel& kernel) {
    for (const BuiltInModule& module : tree.built_in) {
        auto driver = built_in_driver(module, query, directory);
        if (!driver) {
            continue;
        }
        const auto same = std::find_if(kernel.drivers.begin(), kernel.drivers.end(),
                                       [&](const ImageDriver& other) {
                                           const auto& known = other.device.module;
                                           return known && known->name == module.name;
                                       });
        if (same == kernel.drivers.end()) {
            kernel.drivers.push_back(*std::move(driver));
        } else {
            const auto& hidden = same->device.module;
            kernel.notes.push_back(fmt::format("{} does not count: {} is built in",
                                               hidden ? hidden->path.value_or("") : "",
                                               module.name));
            *same = *std::move(driver);
        }
    }
    std::sort(kernel.drivers.begin(), kernel.drivers.end(),
              [](const ImageDriver& left, const ImageDriver& right) {
                  return left.device.module->name < right.device.module->name;
              });
}

void find_unbound(const ImageQuery& query, ImageKernel& kernel) {
    for (const Modalias& modalias : query.modaliases) {
        const bool is_bound = std::any_of(
            kernel.drivers.begin(), kernel.drivers.end(), [&](const ImageDriver& driver) {
                return std::find(driver.binds.begin(), driver.binds.end(), modalias.text) !=
                       driver.binds.end();
            });
        if (!is_bound) {
            kernel.unbound.push_back(modalias.text);
        }
    }
}

// What was found twice matters where it is judged.
void add_notes(const Reading& reading, const std::string& modules, ImageKernel& kernel) {
    const auto foreign = std::find_if(
        reading.modules.begin(), reading.modules.end(), [&](const ScannedModule& module) {
            return module.at.path.starts_with(modules + "/kernel/") && !module.vermagic.empty() &&
                   release_of(module.vermagic) != kernel.facts.release;
        });
    if (foreign != reading.modules.end()) {
        kernel.notes.push_back(fmt::format("{} was built for {}, not for {}", foreign->at.path,
                                           release_of(foreign->vermagic), kernel.facts.release));
    }
    if (!reading.tree.has_modules) {
        kernel.notes.push_back(fmt::format("{} has no module at all", modules));
    }
    for (const std::string& path : reading.tree.hidden) {
        for (const ImageDriver& driver : kernel.drivers) {
            const auto& module = driver.device.module;
            const auto file = path.substr(path.rfind('/') + 1);
            if (module && module->path &&
                module_name(file.substr(0, file.find(".ko"))) == module->name) {
                kernel.notes.push_back(fmt::format("{} does not count: {} comes before it", path,
                                                   module->path.value_or("")));
            }
        }
    }
    kernel.notes.insert(kernel.notes.end(), reading.tree.unreadable.begin(),
                        reading.tree.unreadable.end());
}

}  // namespace

ImageKernel gather_image_kernel(const Root& root, const KernelPlaces& places,
                                const MaybeFact<std::string>& distribution,
                                const ImageQuery& query) {
    Reading reading = read_all(root, places, query);
    add_image_answer(reading);
    if (reading.config) {
        add_config_answer(*reading.config, reading);
    }

    ImageKernel kernel;
    KernelFacts& facts = kernel.facts;
    facts.setting = Setting::image;
    facts.release = places.release;
    facts.machine = machine_of(reading.modules);
    facts.distribution = distribution;
    conclude_demand(reading, facts);
    conclude_netconsole(reading, places.modules, facts);
    if (reading.config) {
        conclude_loading(*reading.config, facts);
    }
    facts.telling_nothing = reading.symbols.telling_nothing;

    const auto layout = layout_of(reading, places.release);
    add_file_drivers(reading, layout, kernel);
    add_built_in_drivers(reading.tree, query, places.modules, kernel);
    find_unbound(query, kernel);
    add_notes(reading, places.modules, kernel);
    kernel.shim = describe_image_shim(reading.shim, places, reading.modules,
                                      reading.symbols.symvers ? &*reading.symbols.symvers : nullptr,
                                      reading.image ? &*reading.image : nullptr);
    return kernel;
}

}  // namespace netpoll_shim
