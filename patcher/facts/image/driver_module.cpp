// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/driver_module.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

namespace {

MaybeFact<std::string> text_fact(const std::multimap<std::string, std::string>& modinfo,
                                 const std::string& key, const std::string& source) {
    const auto first = modinfo.lower_bound(key);
    if (first == modinfo.end() || first->first != key) {
        return std::nullopt;
    }
    return Fact<std::string>{first->second, source};
}

}  // namespace

DriverModule describe_driver(const std::string& name,
                             const std::multimap<std::string, std::string>& modinfo,
                             const std::string& source) {
    DriverModule module;
    module.name = name;
    module.version = text_fact(modinfo, "version", source);
    module.srcversion = text_fact(modinfo, "srcversion", source);
    module.vermagic = text_fact(modinfo, "vermagic", source);
    const auto in_tree = text_fact(modinfo, "intree", source);
    module.in_tree = Fact<bool>{in_tree && in_tree->value == "Y", source};
    return module;
}

DriverModule describe_driver(const std::string& name, const ModuleFile& file,
                             const Result<OpsLayout>& layout) {
    DriverModule module = describe_driver(name, file.modinfo(), file.source());
    module.path = file.path();
    module.is_signed = Fact<bool>{file.is_signed(), file.path()};
    module.object = describe_object(file, layout);
    return module;
}

DriverObject describe_object(const ModuleFile& file, const Result<OpsLayout>& layout) {
    DriverObject object;
    if (!layout) {
        object.undecided =
            fmt::format("the layout of net_device_ops is not known: {}", layout.error().message);
        return object;
    }
    const OpsReading reading = file.read_ops(*layout);
    const std::string source = fmt::format("{}: {}", file.path(), reading.reason);
    if (reading.hook == HookAnswer::yes || reading.hook == HookAnswer::no) {
        object.hook = Fact<bool>{reading.hook == HookAnswer::yes, source};
    } else {
        object.undecided = reading.reason;
    }
    if (reading.netpoll_setup) {
        object.netpoll_setup = Fact<bool>{*reading.netpoll_setup, file.path()};
    }
    return object;
}

}  // namespace netpoll_shim
