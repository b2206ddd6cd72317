// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/driver.hpp"

#include <fmt/format.h>

#include "database/lookup.hpp"

namespace netpoll_shim {

namespace {

const Fact<std::string>* module_version(const DeviceFacts& device) {
    if (!device.module) {
        return nullptr;
    }
    const auto& version = device.module->version;
    return version ? &*version : nullptr;
}

// Newer kernels answer ethtool with their own release where the driver gives no version: such a
// driver came with the kernel.
bool ethtool_names_kernel(const KernelFacts& kernel, const DeviceFacts& device) {
    return device.ethtool && device.ethtool->version == kernel.release;
}

MaybeFact<Origin> find_origin(const KernelFacts& kernel, const DeviceFacts& device,
                              const Fact<std::string>& driver) {
    if (!device.module) {
        return Fact<Origin>{Origin::in_tree, driver.source + ": built in"};
    }
    if (device.module->in_tree) {
        return Fact<Origin>{device.module->in_tree->value ? Origin::in_tree : Origin::out_of_tree,
                            device.module->in_tree->source};
    }
    if (module_version(device) == nullptr && ethtool_names_kernel(kernel, device)) {
        return Fact<Origin>{Origin::in_tree, "ethtool: its version is the kernel's release"};
    }
    return std::nullopt;
}

// The driver's own version, if it tells one.
MaybeFact<std::string> find_own_version(const KernelFacts& kernel, const DeviceFacts& device) {
    if (const auto* version = module_version(device)) {
        return *version;
    }
    if (device.ethtool && !device.ethtool->version.empty() &&
        !ethtool_names_kernel(kernel, device)) {
        return Fact<std::string>{device.ethtool->version, "ethtool"};
    }
    return std::nullopt;
}

void take_own_version(const Fact<std::string>& own, DriverFinding& finding) {
    if (auto version = Version::parse(own.value)) {
        finding.version = *std::move(version);
    } else {
        finding.reasons.push_back({version.error().message, own.source});
    }
}

// A distribution's kernel may carry a newer driver than its upstream version had; where the driver
// tells a version of its own, and the database knows such drivers, that says more.
void identify_in_tree(const KernelFacts& kernel, const MaybeFact<std::string>& own,
                      const std::string& driver, DriverFinding& finding,
                      const std::string& source) {
    finding.shown_version =
        finding.shown_version.empty() ? "in-tree" : finding.shown_version + " in-tree";
    const auto upstream = upstream_version(kernel.release);
    const bool guess = !upstream || upstream->text() != kernel.release;
    if (guess && own && finding.entry != nullptr && knows_distributions(*finding.entry)) {
        finding.origin = Origin::distribution;
        finding.reasons.push_back(
            {fmt::format("{} {} came with a distribution's kernel", driver, own->value),
             fmt::format("{}, {}", source, own->source)});
        take_own_version(*own, finding);
        return;
    }
    if (!upstream) {
        finding.reasons.push_back(
            {fmt::format("{} came with the kernel, whose upstream version is not known", driver),
             source});
        return;
    }
    finding.version = *upstream;
    finding.reasons.push_back(
        {fmt::format(
             "{} came with the kernel, taken as upstream {}{}", driver, upstream->text(),
             guess ? fmt::format(": a guess by version, {} may carry backports", kernel.release)
                   : ""),
         source});
}

void identify_out_of_tree(const MaybeFact<std::string>& own, const std::string& driver,
                          DriverFinding& finding, const std::string& source) {
    if (!own) {
        finding.reasons.push_back(
            {fmt::format("{} is out of tree and tells no version", driver), source});
        return;
    }
    finding.reasons.push_back(
        {fmt::format("{} {} is out of tree", driver, own->value),
         own->source == source ? source : fmt::format("{}, {}", source, own->source)});
    take_own_version(*own, finding);
}

void identify(const KernelFacts& kernel, const DeviceFacts& device, const Fact<std::string>& driver,
              DriverFinding& finding) {
    const auto own = find_own_version(kernel, device);
    const auto origin = find_origin(kernel, device, driver);
    finding.shown_version = own ? own->value : "";
    if (!origin) {
        finding.reasons.push_back(
            {fmt::format("whether {} came with the kernel is not known", driver.value),
             driver.source});
        return;
    }
    finding.origin = origin->value;
    if (origin->value == Origin::in_tree) {
        identify_in_tree(kernel, own, driver.value, finding, origin->source);
    } else {
        identify_out_of_tree(own, driver.value, finding, origin->source);
    }
}

// Facts of one driver that cannot both be true.
void find_contradictions(const KernelFacts& kernel, const DeviceFacts& device,
                         DriverFinding& finding) {
    if (device.module && device.module->file_differs) {
        finding.contradictions.push_back(
            fmt::format("{} is not the file that was loaded (their srcversion differs); the "
                        "loaded module counts",
                        device.module->path.value_or(device.module->name)));
    }
    const auto* version = module_version(device);
    if (version != nullptr && device.ethtool && !device.ethtool->version.empty() &&
        !ethtool_names_kernel(kernel, device) && device.ethtool->version != version->value) {
        finding.contradictions.push_back(fmt::format("ethtool says version {}, {} says {}",
                                                     device.ethtool->version, version->source,
                                                     version->value));
    }
}

std::string_view class_words(DriverClass driver_class) {
    switch (driver_class) {
        case DriverClass::a:
            return "class A";
        case DriverClass::b:
            return "class B";
        case DriverClass::c:
            return "class C";
        case DriverClass::unknown:
            break;
    }
    return "class unknown";
}

void apply_range(const DriverRange& range, DriverFinding& finding) {
    finding.hook = range.hook;
    finding.driver_class = range.driver_class;
    std::string text = !range.hook   ? "whether this version has the hook is not known"
                       : *range.hook ? "this version has the hook"
                                     : "this version has no hook";
    text += fmt::format(", {}", class_words(range.driver_class));
    if (!range.note.empty()) {
        text += fmt::format(": {}", range.note);
    }
    finding.reasons.push_back({std::move(text), range.source});
}

void look_up(const std::string& driver, DriverFinding& finding) {
    if (finding.entry == nullptr) {
        finding.reasons.push_back(
            {fmt::format("the database does not know {}", driver), "drivers-db"});
        return;
    }
    if (!finding.origin || !finding.version) {
        return;
    }
    if (const auto* range = find_range(*finding.entry, *finding.origin, *finding.version)) {
        apply_range(*range, finding);
    } else {
        finding.reasons.push_back(
            {fmt::format("the database knows {}, but not this version", driver),
             fmt::format("drivers-db/drivers/{}.toml", driver)});
    }
}

}  // namespace

DriverFinding conclude_driver(const KernelFacts& kernel, const DeviceFacts& device,
                              const Fact<std::string>& driver, const Database& database) {
    DriverFinding finding;
    finding.entry = find_driver(database, driver.value);
    identify(kernel, device, driver, finding);
    find_contradictions(kernel, device, finding);
    look_up(driver.value, finding);
    // With guard the module takes the place of a hook too: being served so tells nothing of it.
    if (const auto& served = device.served;
        served && served->mode.value != mode_name(Mode::guard)) {
        if (finding.hook == true) {
            finding.contradictions.emplace_back(
                "the database says that this version has the hook; the module, which serves the "
                "device, has seen that it has none");
        }
        finding.hook = false;
        finding.reasons.push_back(
            {"the module serves the device, so its driver has no hook", served->mode.source});
    }
    return finding;
}

}  // namespace netpoll_shim
