// SPDX-License-Identifier: GPL-2.0-or-later
// A hundred updates and a hundred checks at once, by the command itself on a host of its own: no
// check sees a missing or a partial database.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "host.hpp"
#include "own_mounts.hpp"

namespace updates {
namespace {

namespace fs = std::filesystem;

constexpr unsigned count = 100;
constexpr unsigned first_serial = 2;
constexpr unsigned last_serial = first_serial + count;

class Concurrent : public testing::Test {
  protected:
    std::string mirror(unsigned serial) const {
        return host_.world.path(fmt::format("mirror-{}", serial));
    }

    void make_mirrors() const {
        for (unsigned serial = first_serial; serial <= last_serial; serial++) {
            host_.world.offer(serial);
            fs::rename(host_.world.path("mirror"), mirror(serial));
        }
    }

    std::string log(const std::string& what, unsigned number) const {
        return host_.world.path(fmt::format("{}-{}.log", what, number));
    }

    Host host_;
};

// What is wrong with what a check said.
std::string wrong_with_check(int exit_code, const std::string& output) {
    const auto json = nlohmann::json::parse(output, nullptr, false);
    const bool is_report = exit_code == 0 || exit_code == 3 || exit_code == 4;
    if (!is_report || json.is_discarded() || !json["database_warnings"].empty()) {
        return fmt::format("a check exited with {}: {}\n", exit_code, output);
    }
    return "";
}

std::string wrong_with_list(int exit_code, const std::string& output) {
    const auto json = nlohmann::json::parse(output, nullptr, false);
    if (exit_code != 0 || json.is_discarded() || !json["origins"]["warnings"].empty() ||
        !json["origins"]["updated"].is_object() || json["kernels"].size() != 2) {
        return fmt::format("a list exited with {}: {}\n", exit_code, output);
    }
    return "";
}

std::string wrong_with_update(int exit_code, const std::string& output) {
    // One that comes late finds a newer one there.
    const bool is_late = exit_code == 5 && output.find("is older than") != std::string::npos;
    return exit_code == 0 || is_late
               ? ""
               : fmt::format("an update exited with {}: {}\n", exit_code, output);
}

TEST_F(Concurrent, UpdatesAndChecks) {
    make_mirrors();
    const auto wrong = in_own_mounts([&]() -> std::string {
        mount_empty("/var/lib");
        mount_empty("/etc");
        fs::create_directories("/etc/netpoll-shim/keys.d");
        fs::copy_file(host_.world.path("root/etc/netpoll-shim/keys.d/test.pub"),
                      "/etc/netpoll-shim/keys.d/test.pub");
        const auto update = [&](unsigned serial) {
            return Arguments{command(), "db", "update", "--from", mirror(serial)};
        };
        if (const Ended first = run(update(first_serial)); first.exit_code != 0) {
            return first.out;
        }
        struct Running {
            Process process;
            std::string (*find_wrong)(int exit_code, const std::string& output);
        };
        std::vector<Running> running;
        std::vector<unsigned> serials;
        for (unsigned serial = first_serial + 1; serial <= last_serial; serial++) {
            serials.push_back(serial);
        }
        std::shuffle(serials.begin(), serials.end(), std::mt19937(1));
        for (const unsigned serial : serials) {
            running.push_back({Process(update(serial), log("update", serial)), wrong_with_update});
            running.push_back(
                {Process({command(), "check", "--json"}, log("check", serial)), wrong_with_check});
            if (serial % 5 == 0) {
                running.push_back(
                    {Process({command(), "db", "list", "--kernels", "--json"}, log("list", serial)),
                     wrong_with_list});
            }
        }
        std::string wrong;
        for (Running& each : running) {
            const int exit_code = each.process.wait();
            wrong += each.find_wrong(exit_code, each.process.log());
        }
        const Ended end = run({command(), "db", "list", "--kernels", "--json"});
        const auto json = nlohmann::json::parse(end.out, nullptr, false);
        if (json.is_discarded() || json["origins"]["updated"]["serial"] != last_serial) {
            wrong += "the newest is not in force: " + end.out;
        }
        return wrong.substr(0, 4000);
    });
    if (!wrong) {
        GTEST_SKIP() << "no mount namespace of its own is possible here";
    }
    EXPECT_EQ(*wrong, "");
}

}  // namespace
}  // namespace updates
