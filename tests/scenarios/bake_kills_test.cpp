// SPDX-License-Identifier: GPL-2.0-or-later
// kill -9 of bake at any moment, and a disk that is full: the image boots, and is repaired.
#include <fmt/core.h>
#include <sys/mount.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "bake_kills.hpp"

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr const char* changing_calls =
    "write,pwrite64,sendfile,copy_file_range,ftruncate,fallocate,fsync,fdatasync,syncfs,rename,"
    "renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,"
    "chmod,fchmod,fchmodat,chown,fchown,fchownat,utimensat,mount,umount2,clone,clone3,vfork";

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::size_t index_at(const std::vector<std::string>& calls, double part) {
    return std::min(calls.size() - 1,
                    static_cast<std::size_t>(part * static_cast<double>(calls.size())));
}

}  // namespace

int BakeKills::kills = 8;
int BakeKills::boots = 2;

BakeKills::Cost BakeKills::run_whole(const std::vector<std::string>& arguments) const {
    const auto trace = scratch_.path() / "trace";
    const auto start = steady_clock::now();
    rig::run_or_throw(joined({"strace", "-o", trace, "-e", std::string("trace=") + changing_calls},
                             bake_command(arguments)));
    Cost cost{std::chrono::duration_cast<milliseconds>(steady_clock::now() - start), {}};
    std::ifstream lines(trace);
    for (std::string line; std::getline(lines, line);)
        if (const auto name = line.substr(0, line.find('(')); name.size() < line.size())
            cost.calls.push_back(name);
    return cost;
}

bool BakeKills::is_killed(const std::vector<std::string>& by,
                          const std::vector<std::string>& arguments) {
    const auto ended = rig::run_to_end(
        joined(joined({options().source / "tests/rig/image/alone"}, by), bake_command(arguments)));
    EXPECT_TRUE(ended.status == 0 || ended.status == 128 + SIGKILL) << ended.output;
    return ended.status == 128 + SIGKILL;
}

bool BakeKills::kill_in_time(const std::vector<std::string>& arguments, const Cost& cost,
                             double part) {
    const double seconds = static_cast<double>(cost.time.count()) / 1000 * part;
    return is_killed({"timeout", "--foreground", "-s", "KILL", fmt::format("{:.3f}", seconds)},
                     arguments);
}

bool BakeKills::kill_at_call(const std::vector<std::string>& arguments, const Cost& cost,
                             double part) {
    const auto index = index_at(cost.calls, part);
    const auto& name = cost.calls[index];
    const auto end = cost.calls.begin() + static_cast<std::ptrdiff_t>(index) + 1;
    const auto nth = std::count(cost.calls.begin(), end, name);
    return is_killed({"strace", "-o", "/dev/null", "-e", "trace=" + name, "-e",
                      fmt::format("inject={}:signal=KILL:when={}", name, nth)},
                     arguments);
}

void BakeKills::expect_bootable() const {
    const std::string script = fmt::format(
        "lsinitramfs /boot/initrd.img-{0} | grep -q /ena.ko && modprobe -S {0} -n ena && "
        "modprobe -S {0} -n netconsole && test -s /boot/vmlinuz-{0}",
        release());
    const auto checked = rig::run_to_end({"sh", "-c", R"(. "$0" && in_root "$@")",
                                          options().source / "tests/rig/image/chroot.sh", root(),
                                          "sh", "-c", script});
    EXPECT_EQ(checked.status, 0) << checked.output;
}

TEST_F(BakeKills, AreSurvivedAndRepaired) {
    copy_plain(scratch_.path() / "root");
    const Cost baking = run_whole(with_module());
    const Cost undoing = run_whole({"--undo"});
    ASSERT_EQ(changes_since(original()), std::vector<std::string>());

    int killed = 0;
    int booted = 0;
    for (int i = 0; i < kills; ++i) {
        const double part = (i + 0.5) / kills;
        std::string what;
        if (i % 4 == 3) {
            what = "undo, at a call";
            bake_module();
            killed += kill_at_call({"--undo"}, undoing, part);
        } else if (i % 4 == 1) {
            what = "bake, in time";
            // A machine that has become faster since is done before: sooner, then.
            double sooner = part;
            while (!kill_in_time(with_module(), baking, sooner)) {
                undo();
                sooner /= 2;
                ASSERT_GT(sooner, 1e-4);
            }
            ++killed;
        } else {
            what = "bake, at a call";
            killed += kill_at_call(with_module(), baking, part);
        }
        const auto step = fmt::format("kill {} of {}: {}", i + 1, kills, what);
        SCOPED_TRACE(step);
        fmt::print("{}\n", step);
        std::fflush(stdout);
        expect_bootable();
        if ((i + 1) * boots / kills > booted) {
            boot_tree();
            ++booted;
        }
        if (i % 2 == 0) {
            bake_module();
            expect_bootable();
        }
        // A bake that was killed before it had a manifest could not write down when the folder
        // was last changed in which it made its own.
        undo();
        ASSERT_EQ(changes_but_for_folder_times(), std::vector<std::string>());
    }
    fmt::print(
        "bake: {} system calls and {} ms; undo: {} calls\n"
        "{} of {} runs killed before their end, {} of {} images booted\n",
        baking.calls.size(), baking.time.count(), undoing.calls.size(), killed, kills, booted,
        boots);
    EXPECT_GE(killed, kills * 9 / 10);
    EXPECT_EQ(booted, std::min(boots, kills));
}

TEST_F(BakeKills, FullDiskLeavesTheImageAsItWas) {
    const auto mounted = scratch_.path() / "small";
    std::filesystem::create_directory(mounted);
    ASSERT_EQ(mount("none", mounted.c_str(), "tmpfs", 0, "size=2G"), 0);
    copy_plain(mounted);
    const auto used =
        std::stol(rig::run_or_throw({"sh", "-c", "df --output=used \"$0\" | tail -1", mounted}));
    const auto leave_kib = [&](long kib) {
        return mount("none", mounted.c_str(), "tmpfs", MS_REMOUNT,
                     fmt::format("size={}k", used + kib).c_str());
    };
    for (const long kib : {0L, 64L, 1024L, 4096L, 8192L}) {
        SCOPED_TRACE(fmt::format("{} KiB free", kib));
        ASSERT_EQ(leave_kib(kib), 0);
        const auto baked = bake(with_module());
        EXPECT_EQ(baked.status, 1) << baked.output;
        EXPECT_NE(baked.output.find("No space left"), std::string::npos) << baked.output;
        EXPECT_EQ(changes_since(original()), std::vector<std::string>());
        expect_bootable();
    }
    boot_tree();
    ASSERT_EQ(leave_kib(256 << 10), 0);
    bake_module();
    undo();
    EXPECT_EQ(changes_since(original()), std::vector<std::string>());
    umount2(mounted.c_str(), MNT_DETACH);
}
