// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/driver_module.hpp"

#include "facts/driver_object.hpp"

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
    module.object = read_driver_object(file, layout);
    return module;
}

}  // namespace netpoll_shim
