// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/driver_object.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

DriverObject read_driver_object(const ModuleFile& file, const Result<OpsLayout>& layout) {
    DriverObject object;
    if (!layout) {
        object.undecided =
            fmt::format("the layout of net_device_ops is not known: {}", layout.error().message);
        return object;
    }
    const OpsReading reading = file.read_ops(*layout);
    const std::string source = fmt::format("object {}: {}", file.path(), reading.reason);
    if (reading.hook == HookAnswer::yes || reading.hook == HookAnswer::no) {
        object.hook = Fact<bool>{reading.hook == HookAnswer::yes, source};
    } else {
        object.undecided = reading.reason;
    }
    if (reading.netpoll_setup) {
        object.netpoll_setup = Fact<bool>{*reading.netpoll_setup, "object " + file.path()};
    }
    return object;
}

}  // namespace netpoll_shim
