// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <exception>
#include <map>
#include <random>
#include <string>

#include "torture.hpp"

namespace {

const std::map<std::string, std::string> tests_of_class = {
    {"drain", "Torture.Drain"},
    {"guard", "Torture.Guard"},
    {"own-hook", "Torture.GuardInPlaceOfTheDriversHook"},
};

[[noreturn]] void usage(const std::string& what) {
    fmt::print(stderr,
               "torture: {}\n"
               "usage: torture RIG_OPTIONS [--class drain|guard|own-hook] [--seed N] [--steps N]\n"
               "               [--without-module] [GoogleTest options]\n",
               what);
    std::exit(2);
}

// The rig's options and GoogleTest's are gone from argv. Empty values count as
// not given.
torture::Settings take_settings(int argc, char** argv) {
    torture::Settings settings{.seed = std::random_device()() % 1000000};
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--without-module") {
            settings.without_module = true;
            continue;
        }
        if (name != "--class" && name != "--seed" && name != "--steps")
            usage(name + ": no such option");
        if (++i == argc)
            usage(name + " needs a value");
        const std::string value = argv[i];
        if (value.empty())
            continue;
        if (name == "--class") {
            const auto test = tests_of_class.find(value);
            if (test == tests_of_class.end())
                usage("no class " + value);
            testing::GTEST_FLAG(filter) = test->second;
            continue;
        }
        if (value.find_first_not_of("0123456789") != std::string::npos || value.size() > 18)
            usage(name + ": not a number: " + value);
        (name == "--seed" ? settings.seed : settings.steps) = std::stoull(value);
    }
    return settings;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    const rig::Options options = rig::take_options(argc, argv);
    const torture::Settings settings = take_settings(argc, argv);
    try {
        const rig::Rig rig(options);
        torture::use(rig, settings);
        return RUN_ALL_TESTS();
    } catch (const std::exception& error) {
        fmt::print(stderr, "torture: {}\n", error.what());
        return 1;
    }
}
