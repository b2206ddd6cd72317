// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/driver.hpp"

#include <fmt/format.h>

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
        finding.identity.push_back({version.error().message, own.source});
    }
}

// A release that says no more than an upstream version carries no backports that we know of.
bool is_upstream_release(const KernelFacts& kernel) {
    const auto upstream = upstream_version(kernel.release);
    return upstream && upstream->text() == kernel.release;
}

// A distribution's kernel may carry a newer driver than its upstream version had; where the driver
// tells a version of its own, and the database knows such drivers, that says more.
void identify_in_tree(const KernelFacts& kernel, const MaybeFact<std::string>& own,
                      const std::string& driver, DriverFinding& finding,
                      const std::string& source) {
    finding.shown_version =
        finding.shown_version.empty() ? "in-tree" : finding.shown_version + " in-tree";
    const auto upstream = upstream_version(kernel.release);
    const bool guess = !is_upstream_release(kernel);
    if (guess && own && finding.entry != nullptr && knows_distributions(*finding.entry)) {
        finding.origin = Origin::distribution;
        finding.identity.push_back(
            {fmt::format("{} {} came with a distribution's kernel", driver, own->value),
             fmt::format("{}, {}", source, own->source)});
        take_own_version(*own, finding);
        return;
    }
    if (!upstream) {
        finding.identity.push_back(
            {fmt::format("{} came with the kernel, whose upstream version is not known", driver),
             source});
        return;
    }
    finding.version = *upstream;
    finding.identity.push_back(
        {fmt::format(
             "{} came with the kernel, taken as upstream {}{}", driver, upstream->text(),
             guess ? fmt::format(": a guess by version, {} may carry backports", kernel.release)
                   : ""),
         source});
}

void identify_out_of_tree(const MaybeFact<std::string>& own, const std::string& driver,
                          DriverFinding& finding, const std::string& source) {
    if (!own) {
        finding.identity.push_back(
            {fmt::format("{} is out of tree and tells no version", driver), source});
        return;
    }
    finding.identity.push_back(
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
        finding.identity.push_back(
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
            return "class A: reclaims TX at budget 0, and takes no RX there";
        case DriverClass::b:
            return "class B: reclaims no TX at budget 0";
        case DriverClass::c:
            return "class C: does RX work at budget 0";
        case DriverClass::unknown:
            break;
    }
    return "class unknown";
}

void add_range_claims(const DriverRange& range, Evidence evidence, DriverFinding& finding) {
    const std::string name = fmt::format("{} {}", finding.entry->name, finding.shown_version);
    if (range.hook) {
        finding.hook.claims.push_back(
            {*range.hook,
             evidence,
             {fmt::format("{} {} the hook", name, *range.hook ? "has" : "lacks"), range.source}});
    } else {
        finding.hook.not_known.push_back(
            {fmt::format("whether {} has the hook is not known", name), range.source});
    }
    Statement statement{fmt::format("{}{}{}", class_words(range.driver_class),
                                    range.note.empty() ? "" : "; ", range.note),
                        range.source};
    if (range.driver_class != DriverClass::unknown) {
        finding.driver_class.claims.push_back({range.driver_class, evidence, std::move(statement)});
    } else {
        finding.driver_class.not_known.push_back(std::move(statement));
    }
}

DriverBuild build_of(const DeviceFacts& device, const DriverFinding& finding,
                     const std::optional<KernelMatch>& match) {
    DriverBuild build;
    build.origin = finding.origin;
    build.version = finding.version;
    build.kernel = match;
    if (device.module && device.module->srcversion) {
        build.srcversion = device.module->srcversion->value;
    }
    return build;
}

// A range of an upstream version, for a kernel that says it is more than that.
bool is_guess(const DriverRange& range, const DriverBuild& build, const KernelFacts& kernel) {
    return range.origin == Origin::in_tree && range.family.empty() &&
           !is_upstream_release(kernel) && !lists_srcversion(range, build);
}

void look_up(const KernelFacts& kernel, const DeviceFacts& device, const std::string& driver,
             const std::optional<KernelMatch>& match, DriverFinding& finding) {
    if (finding.entry == nullptr) {
        finding.hook.not_known.push_back(
            {fmt::format("the database does not know {}", driver), "drivers-db"});
        return;
    }
    const auto build = build_of(device, finding, match);
    finding.range = find_range(*finding.entry, build);
    if (finding.range != nullptr) {
        add_range_claims(
            *finding.range,
            is_guess(*finding.range, build, kernel) ? Evidence::version_guess : Evidence::database,
            finding);
    } else if (finding.origin && finding.version) {
        finding.hook.not_known.push_back(
            {fmt::format("the database knows {}, but not this version", driver),
             fmt::format("drivers-db/drivers/{}.toml", driver)});
    }
}

// The device's own ops, as the module has seen them.
void add_live_claim(const DeviceFacts& device, DriverFinding& finding) {
    if (const auto& live = device.live_ops; live && live->hook) {
        finding.hook.claims.push_back({*live->hook,
                                       Evidence::live_device,
                                       {*live->hook ? "the device's netdev_ops have the hook"
                                                    : "the device's netdev_ops lack the hook",
                                        live->source}});
    }
    // With guard the module takes the place of a hook too: being served so tells nothing of it.
    if (const auto& served = device.served;
        served && served->mode.value != mode_name(Mode::guard)) {
        finding.hook.claims.push_back(
            {false,
             Evidence::live_device,
             {"the module serves the device, so its driver has no hook", served->mode.source}});
    }
}

// The net_device_ops in the file that the driver was, or will be, loaded from.
void add_object_claim(const DeviceFacts& device, DriverFinding& finding) {
    if (!device.module || !device.module->object || device.module->file_differs) {
        return;
    }
    const DriverObject& object = *device.module->object;
    if (object.hook) {
        finding.hook.claims.push_back(
            {object.hook->value,
             Evidence::driver_object,
             {object.hook->value ? "the net_device_ops in the driver's object have the hook"
                                 : "the net_device_ops in the driver's object lack the hook",
              object.hook->source}});
    } else {
        finding.hook.not_known.push_back(
            {fmt::format("the driver's object does not tell of the hook: {}", object.undecided),
             device.module->path.value_or(device.module->name)});
    }
}

}  // namespace

DriverFinding conclude_driver(const KernelFacts& kernel, const DeviceFacts& device,
                              const Fact<std::string>& driver,
                              const std::optional<KernelMatch>& match, const Database& database) {
    DriverFinding finding;
    finding.entry = find_driver(database, driver.value);
    identify(kernel, device, driver, finding);
    find_contradictions(kernel, device, finding);
    add_live_claim(device, finding);
    add_object_claim(device, finding);
    look_up(kernel, device, driver.value, match, finding);
    finding.hook.conclude();
    finding.driver_class.conclude();
    return finding;
}

}  // namespace netpoll_shim
