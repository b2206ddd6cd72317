// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>

#include <cstring>

#include "bake_kills.hpp"
#include "image_scenario.hpp"

namespace {

// What scenarios mount is gone with this process.
bool enter_own_mounts() {
    return unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    const rig::Options options = rig::take_options(argc, argv);
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--kills") == 0)
            BakeKills::kills = std::atoi(argv[i + 1]);
        if (std::strcmp(argv[i], "--boots") == 0)
            BakeKills::boots = std::atoi(argv[i + 1]);
    }
    if (!enter_own_mounts()) {
        fmt::print(stderr, "image_scenarios: only root makes and boots Debian images\n");
        return 1;
    }
    ImageScenario::use(options);
    return RUN_ALL_TESTS();
}
