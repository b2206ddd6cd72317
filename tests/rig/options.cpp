// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>

namespace rig {
namespace {

// Takes "NAME=" off NAME=VALUE. Returns the name, empty where there is none.
std::string take_name(std::string& value) {
    const auto equals = value.find('=');
    if (equals == std::string::npos)
        return "";
    const std::string name = value.substr(0, equals);
    value.erase(0, equals + 1);
    return name;
}

}  // namespace

Options take_options(int& argc, char** argv) {
    Options options;
    const std::map<std::string, std::filesystem::path*> single = {
        {"--kernel-tree", &options.kernel_tree},
        {"--kernel-package", &options.kernel_package},
        {"--qemu", &options.qemu},
        {"--command", &options.command},
        {"--static-command", &options.static_command},
        {"--arm64-command", &options.arm64_command},
        {"--source", &options.source},
        {"--build", &options.build},
    };
    const auto usage = [&](const std::string& what) {
        fmt::print(stderr,
                   "{0}: {1}\nusage: {0} --kernel-tree DIR --qemu BINARY --command NETPOLL_SHIM\n"
                   "       --source CHECKOUT --build DIR [--module FILE.ko]...\n"
                   "       [--kernel-package DIR] [--driver NAME=FILE.ko]...\n"
                   "       [--static-command FILE] [--arm64-command FILE] [GoogleTest options]\n",
                   argv[0], what);
        std::exit(2);
    };

    int kept = 1;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        const auto place = single.find(name);
        const bool is_driver = name == "--driver";
        if (place == single.end() && name != "--module" && !is_driver) {
            argv[kept++] = argv[i];
            continue;
        }
        if (++i == argc)
            usage(name + " needs a value");
        std::string file = argv[i];
        const std::string driver = is_driver ? take_name(file) : "";
        if (is_driver && driver.empty())
            usage(name + " needs NAME=FILE.ko");
        const std::filesystem::path value = std::filesystem::absolute(file);
        if (name != "--build" && !std::filesystem::exists(value))
            usage(name + ": " + value.string() + " does not exist");
        if (is_driver)
            options.drivers[driver] = value;
        else if (place == single.end())
            options.modules.push_back(value);
        else
            *place->second = value;
    }
    argc = kept;
    const std::set<const std::filesystem::path*> optional = {
        &options.kernel_package, &options.static_command, &options.arm64_command};
    for (const auto& [name, place] : single)
        if (place->empty() && !optional.contains(place))
            usage(name + " is missing");
    return options;
}

}  // namespace rig
