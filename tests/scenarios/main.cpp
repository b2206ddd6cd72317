// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <exception>

#include "scenario.hpp"

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    const rig::Options options = rig::take_options(argc, argv);
    try {
        const rig::Rig rig(options);
        Scenario::use(rig);
        return RUN_ALL_TESTS();
    } catch (const std::exception& error) {
        fmt::print(stderr, "scenarios: {}\n", error.what());
        return 1;
    }
}
