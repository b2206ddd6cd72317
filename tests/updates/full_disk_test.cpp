// SPDX-License-Identifier: GPL-2.0-or-later
// An update on a file system that has no room for it, down to the last page and the last inode.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "host.hpp"
#include "own_mounts.hpp"

namespace updates {
namespace {

namespace fs = std::filesystem;

class FullDisk : public testing::Test {
  protected:
    std::string state() const { return host_.world.path("root/var/lib/netpoll-shim"); }

    // Serial 2 is in force on a file system of its own, 3 is offered.
    std::string begin() const {
        fs::create_directories(state());
        mount_empty(state(), "size=1m,nr_inodes=100");
        host_.world.offer(2);
        const auto first = host_.world.update();
        host_.world.offer(3);
        return first ? "" : first.error().message;
    }

    // Leaves so many pages.
    std::string fill_pages(unsigned left) const {
        const int file = open((state() + "/filler").c_str(), O_WRONLY | O_CREAT, 0600);
        const std::string page(4096, 'x');
        off_t size = 0;
        while (write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size())) {
            size += static_cast<off_t>(page.size());
        }
        const bool is_left = ftruncate(file, size - static_cast<off_t>(page.size()) * left) == 0;
        close(file);
        return is_left && size > 0 ? "" : "cannot fill";
    }

    // Leaves so many inodes.
    std::string fill_inodes(unsigned left) const {
        struct statvfs status {};
        if (statvfs(state().c_str(), &status) != 0 || status.f_ffree <= left) {
            return "cannot fill";
        }
        fs::create_directory(state() + "/filler");
        for (auto at = status.f_ffree - 1; at > left; at--) {
            std::ofstream(fmt::format("{}/filler/{}", state(), at));
        }
        return "";
    }

    static std::map<std::string, std::string> without_filler(
        std::map<std::string, std::string> snapshot) {
        std::erase_if(snapshot, [](const auto& entry) {
            return entry.first.find("/filler") != std::string::npos;
        });
        return snapshot;
    }

    // What the command makes of it; counts whether it failed.
    std::string update(unsigned& failed) const {
        const auto before = host_.world.snapshot();
        const Ended ended = host_.update();
        const std::uint64_t serial = host_.serial();
        if (ended.exit_code == 0) {
            return serial == 3 ? "" : fmt::format("done, but serial {} is in force", serial);
        }
        failed++;
        if (ended.exit_code != 1 || ended.out.find("No space left") == std::string::npos) {
            return fmt::format("exited with {}: {}", ended.exit_code, ended.out);
        }
        fs::remove_all(state() + "/filler");
        if (serial != 2 || without_filler(host_.world.snapshot()) != without_filler(before)) {
            return fmt::format("failed, and serial {} is in force", serial);
        }
        const auto next = host_.world.update();
        return next && host_.serial() == 3 ? "" : "the next update does not work";
    }

    // Everything between no room at all and enough.
    void expect_whole(const std::function<std::string(unsigned)>& fill) {
        const auto wrong = in_own_mounts([&]() -> std::string {
            unsigned failed = 0;
            constexpr unsigned enough = 16;
            for (unsigned left = 0; left < enough; left++) {
                for (const std::string& problem : {begin(), fill(left), update(failed)}) {
                    if (!problem.empty()) {
                        return fmt::format("with {} left: {}", left, problem);
                    }
                }
                umount(state().c_str());
            }
            return failed >= 3 && failed < enough ? "" : fmt::format("{} updates failed", failed);
        });
        if (!wrong) {
            GTEST_SKIP() << "no mount namespace of its own is possible here";
        }
        EXPECT_EQ(*wrong, "");
    }

    Host host_;
};

TEST_F(FullDisk, OfPages) {
    expect_whole([this](unsigned left) { return fill_pages(left); });
}

TEST_F(FullDisk, OfInodes) {
    expect_whole([this](unsigned left) { return fill_inodes(left); });
}

}  // namespace
}  // namespace updates
