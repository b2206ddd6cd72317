// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.hpp"

namespace updates {

std::string command() {
    return COMMAND;
}

Host::Host() {
    world.folder().write("root/etc/netpoll-shim/keys.d/test.pub", world.key.pub_file());
}

Arguments Host::db(const Arguments& arguments) const {
    Arguments argv = {COMMAND, "db"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.insert(argv.end(), {"--root", world.path("root")});
    return argv;
}

std::uint64_t Host::serial() const {
    const auto layers = world.layers();
    return layers.warnings.empty() ? netpoll_shim::serial_in_force(layers) : 0;
}

}  // namespace updates
