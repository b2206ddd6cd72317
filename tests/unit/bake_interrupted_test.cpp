// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "support/bake_image.hpp"

// NOLINTNEXTLINE(readability-redundant-declaration): not in every header
extern char** environ;

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using test::BakeImage;
using testing::HasSubstr;
using testing::IsEmpty;

// The state folder's parent may keep the time at which that folder came or went: nothing can tell
// of it when the manifest is not there yet, or no longer.
std::vector<std::string> differences(const test::Snapshot& before, const test::Snapshot& after) {
    auto paths = test::differences(before, after);
    std::erase(paths, "var/lib");
    return paths;
}

// Each file is as it was or as it is to be, and nothing else has come but what is hidden.
std::vector<std::string> broken_files(const test::Snapshot& now, const test::Snapshot& before,
                                      const test::Snapshot& baked) {
    std::vector<std::string> broken;
    const auto contents = [](const std::string& text) { return text.substr(text.find(' ', 20)); };
    const auto is_in = [&](const test::Snapshot& snapshot, const std::string& path,
                           const std::string& text) {
        const auto found = snapshot.find(path);
        return found != snapshot.end() && contents(found->second) == contents(text);
    };
    for (const auto& [path, text] : now) {
        const bool is_hidden = fs::path(path).filename().string().starts_with(".netpoll-shim") ||
                               path.starts_with("var/lib/netpoll-shim");
        // A folder's text has no contents.
        const bool is_folder = text.starts_with("4");
        if (!is_hidden && !is_folder && !is_in(before, path, text) && !is_in(baked, path, text)) {
            broken.push_back(path);
        }
    }
    for (const auto& [path, text] : before) {
        if (now.count(path) == 0) {
            broken.push_back(path + " is missing");
        }
    }
    return broken;
}

class BakeInterrupted : public testing::Test {
  protected:
    BakeInterrupted() {
        EXPECT_EQ(run("", bake), 0);
        baked = image.snapshot();
        EXPECT_EQ(run("", undo), 0);
        EXPECT_THAT(test::differences(before, image.snapshot()), IsEmpty());
    }

    // Runs the command, by a tracer with these options; its exit status as a shell sees it.
    int run(const std::string& tracer, const std::string& arguments) const {
        const std::string command =
            fmt::format("ASAN_OPTIONS=detect_leaks=0 {} {} bake --root {} {} >/dev/null 2>&1",
                        tracer, COMMAND, image.root().string(), arguments);
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    // The same, killed where it calls this for the nth time. False: it was not, and is done.
    bool run_killed(const std::string& call, unsigned nth, const std::string& arguments) const {
        const int status = run(fmt::format("{} -qq -o /dev/null -e trace={} -e "
                                           "inject={}:signal=KILL:when={}",
                                           STRACE, call, call, nth),
                               arguments);
        EXPECT_TRUE(status == 0 || status == 128 + SIGKILL) << status;
        return status != 0;
    }

    void expect_whole(const std::string& when) const {
        EXPECT_THAT(broken_files(image.snapshot(), before, baked), IsEmpty()) << when;
    }
    void expect_undone(const std::string& when) const {
        EXPECT_EQ(run("", undo), 0) << when;
        EXPECT_THAT(differences(before, image.snapshot()), IsEmpty()) << when;
    }

    // All moments between two of these calls are one to the file system.
    void kill_bake_at_every(const std::string& call, unsigned at_least, unsigned step = 1) {
        unsigned nth = 1;
        bool is_to_bake_again = false;
        while (run_killed(call, nth, bake) && !HasFailure()) {
            const std::string when = fmt::format("bake killed at {} {}", call, nth);
            expect_whole(when);
            if (is_to_bake_again) {
                EXPECT_EQ(run("", bake), 0) << when;
                auto paths = broken_files(image.snapshot(), baked, baked);
                EXPECT_THAT(paths, IsEmpty()) << when;
            }
            expect_undone(when);
            nth += step;
            is_to_bake_again = !is_to_bake_again;
        }
        EXPECT_GT(nth, at_least) << call;
        expect_undone("bake not killed");
    }

    void kill_undo_at_every(const std::string& call, unsigned at_least, unsigned step = 1) {
        unsigned nth = 1;
        while (!HasFailure()) {
            ASSERT_EQ(run("", bake), 0);
            if (!run_killed(call, nth, undo)) {
                break;
            }
            const std::string when = fmt::format("undo killed at {} {}", call, nth);
            expect_whole(when);
            expect_undone(when);
            nth += step;
        }
        EXPECT_GT(nth, at_least) << call;
        EXPECT_THAT(differences(before, image.snapshot()), IsEmpty());
    }

    BakeImage image;
    const std::string bake =
        fmt::format("--module {} --command {}", image.module_file(), image.command_file());
    const std::string undo = "--undo";
    test::Snapshot before = image.snapshot();
    test::Snapshot baked;
};

TEST_F(BakeInterrupted, WhereItCreatesFolders) {
    kill_bake_at_every("mkdirat", 5, 2);
}

TEST_F(BakeInterrupted, WhereItKeepsOriginals) {
    kill_bake_at_every("linkat", 3);
}

TEST_F(BakeInterrupted, WhereItPutsFilesInPlace) {
    kill_bake_at_every("renameat", 12, 2);
}

TEST_F(BakeInterrupted, WhereItHasFilesWritten) {
    // Most of them are of files that are staged.
    kill_bake_at_every("fsync", 30, 4);
}

TEST_F(BakeInterrupted, WhereAnUndoPutsOriginalsBack) {
    kill_undo_at_every("renameat", 3);
}

TEST_F(BakeInterrupted, WhereAnUndoRemoves) {
    kill_undo_at_every("unlinkat", 15, 3);
}

// Whether any process has this argument.
bool is_running(const std::string& argument) {
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "cmdline");
        std::string text;
        while (std::getline(file, text, '\0')) {
            if (text == argument) {
                return true;
            }
        }
    }
    return false;
}

template <typename Condition>
bool comes_true(const Condition& condition) {
    using namespace std::chrono_literals;
    for (int i = 0; i < 600; i++) {
        if (condition()) {
            return true;
        }
        std::this_thread::sleep_for(100ms);
    }
    return false;
}

TEST(BakeKilled, LeavesNoProcessAndNoMount) {
    const BakeImage image;
    const std::string length = fmt::format("{}", 100000 + getpid());
    image.link("bin/sleep", "busybox");
    image.add_program("usr/sbin/update-initramfs", fmt::format("sleep {}\n", length));
    const auto before = image.snapshot();
    std::ifstream mounts("/proc/self/mountinfo");
    const std::string mounted{std::istreambuf_iterator<char>(mounts), {}};

    std::vector<std::string> arguments = {COMMAND,     "bake",
                                          "--root",    image.root().string(),
                                          "--module",  image.module_file(),
                                          "--command", image.command_file()};
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    pid_t child = 0;
    ASSERT_EQ(posix_spawn(&child, COMMAND, nullptr, nullptr, pointers.data(), environ), 0);
    EXPECT_TRUE(comes_true([&] { return is_running(length); }));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_TRUE(comes_true([&] { return !is_running(length); }));
    std::ifstream again("/proc/self/mountinfo");
    EXPECT_EQ(mounted, std::string(std::istreambuf_iterator<char>(again), {}));
    EXPECT_THAT(test::differences(before, image.snapshot()), IsEmpty());
}

// The image in a file system that can be filled.
class SmallDisk {
  public:
    explicit SmallDisk(const BakeImage& image) : image_(image) {
        const test::TempDirectory aside;
        copy(image.root(), aside.path());
        EXPECT_EQ(mount("none", image.root().c_str(), "tmpfs", 0, "size=8m"), 0)
            << "this test needs root, and to be allowed to mount";
        copy(aside.path(), image.root());
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    SmallDisk(SmallDisk&&) = delete;
    SmallDisk& operator=(SmallDisk&&) = delete;
    ~SmallDisk() { umount2(image_.root().c_str(), MNT_DETACH); }

    // Leaves so many blocks.
    void fill_but(std::uint64_t blocks) const {
        const fs::path ballast = image_.path("ballast");
        fs::remove(ballast);
        struct statvfs status {};
        ASSERT_EQ(statvfs(image_.root().c_str(), &status), 0);
        std::ofstream(ballast) << std::string((status.f_bfree - blocks) * status.f_bsize, 'x');
    }

  private:
    static void copy(const fs::path& from, const fs::path& to) {
        fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    }

    const BakeImage& image_;
};

TEST(BakeOnAFullDisk, ChangesNothingAndSaysSo) {
    const BakeImage image;
    std::ofstream(image.command_file(), std::ios::app) << std::string(100000, '#') << "\n";
    const SmallDisk disk(image);
    unsigned failures = 0;
    for (std::uint64_t blocks = 0;; blocks += 5) {
        disk.fill_but(blocks);
        const auto before = image.snapshot();
        const Output output = image.bake_module();
        if (output.exit_code == 0) {
            break;
        }
        failures++;
        EXPECT_THAT(output.err, HasSubstr("No space left on device"));
        EXPECT_THAT(output.err, HasSubstr("; the image is as it was\nhint: "));
        EXPECT_THAT(differences(before, image.snapshot()), IsEmpty()) << blocks;
        ASSERT_LT(blocks, 1000U);
    }
    EXPECT_GT(failures, 5U);
    // Taking it back needs no room.
    disk.fill_but(0);
    EXPECT_EQ(image.undo().exit_code, 0);
    EXPECT_FALSE(image.has("usr/sbin/netpoll-shim"));
    EXPECT_EQ(image.read(test::initramfs_path), "as installed\n");
}

}  // namespace
}  // namespace netpoll_shim
