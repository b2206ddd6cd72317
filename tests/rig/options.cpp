// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <map>
#include <string>

namespace rig {

Options take_options(int& argc, char** argv) {
    Options options;
    const std::map<std::string, std::filesystem::path*> single = {
        {"--kernel-tree", &options.kernel_tree},
        {"--qemu", &options.qemu},
        {"--command", &options.command},
        {"--source", &options.source},
        {"--build", &options.build},
    };
    const auto usage = [&](const std::string& what) {
        fmt::print(
            stderr,
            "{0}: {1}\nusage: {0} --kernel-tree DIR --qemu BINARY --command NETPOLL_SHIM\n"
            "       --source CHECKOUT --build DIR [--module FILE.ko]... [GoogleTest options]\n",
            argv[0], what);
        std::exit(2);
    };

    int kept = 1;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        const auto place = single.find(name);
        if (place == single.end() && name != "--module") {
            argv[kept++] = argv[i];
            continue;
        }
        if (++i == argc)
            usage(name + " needs a value");
        const std::filesystem::path value = std::filesystem::absolute(argv[i]);
        if (name != "--build" && !std::filesystem::exists(value))
            usage(name + ": " + value.string() + " does not exist");
        if (place == single.end())
            options.modules.push_back(value);
        else
            *place->second = value;
    }
    argc = kept;
    for (const auto& [name, place] : single)
        if (place->empty())
            usage(name + " is missing");
    return options;
}

}  // namespace rig
