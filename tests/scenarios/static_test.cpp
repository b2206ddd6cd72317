// SPDX-License-Identifier: GPL-2.0-or-later
// The static command: where there is no C library it does what the other does elsewhere.
#include <string>
#include <vector>

#include "initramfs.hpp"
#include "process.hpp"
#include "scenario.hpp"

class StaticCommand : public Scenario {
  protected:
    void SetUp() override {
        ASSERT_FALSE(rig().options.static_command.empty()) << "make static builds it";
    }

    void boot_bare() {
        const auto file = rig().options.build / "bare-initramfs.cpio";
        rig::write_bare_initramfs(rig().options, rig().tree, file);
        boot({}, file);
    }

    // The whole way, as the command tells it.
    std::vector<std::string> session() {
        interface_ = rig::bring_up_nic(guest(), "ena");
        std::vector<std::string> outputs;
        const auto expect = [&](const std::string& command, int status) {
            const auto result = guest().run("netpoll-shim " + command);
            EXPECT_EQ(result.status, status) << command << "\n" << result.output;
            outputs.push_back(command + "\n" + result.output);
        };
        expect("--version", 0);
        expect("check", 3);
        expect("check --dry-run --json", 3);
        expect("status", 3);
        expect("load", 0);
        EXPECT_EQ(guest().must("cat /sys/class/net/" + interface_ + "/netpoll_shim/mode"),
                  "drain\n");
        expect("check --json", 0);
        expect("status", 0);
        EXPECT_EQ(attach_netconsole().status, 0);
        expect("unload", 1);
        rig::detach_netconsole(guest());
        expect("unload", 0);
        expect("load --module /nowhere.ko", 1);
        expect_clean_log();
        return outputs;
    }
};

TEST_F(StaticCommand, NeedsNoLibrary) {
    boot_bare();
    EXPECT_EQ(guest().must("find / -xdev '(' -name '*.so' -o -name '*.so.*' ')'"), "");
    EXPECT_EQ(guest().must("find / -xdev -type f -path '*bin/*' | sort"),
              "/bin/busybox\n/usr/bin/netpoll-shim\n");
    const auto bare = session();
    boot();
    EXPECT_EQ(bare, session());
}

// Which compression a distribution has is not known where it is built.
TEST_F(StaticCommand, LoadsAGzippedModule) {
    boot_bare();
    interface_ = rig::bring_up_nic(guest(), "ena");
    guest().must("gzip $(find /lib/modules -name netpoll_shim.ko)");
    const auto result =
        guest().run("netpoll-shim load --module $(find /lib/modules -name netpoll_shim.ko.gz)");
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_EQ(guest().must("cat /sys/class/net/" + interface_ + "/netpoll_shim/mode"), "drain\n");
}

TEST_F(StaticCommand, ForArm64SaysTheSame) {
    const auto& arm64 = rig().options.arm64_command;
    ASSERT_FALSE(arm64.empty()) << "make test-arm64 builds and names it";
    // Every command is offered an inventory.
    const auto run = [](std::vector<std::string> command, const std::string& arguments) {
        const std::string script =
            R"(exec 2>&1; echo '{"kernel_release":"4.4.0-1072-aws","driver":"ena"}' | "$@" )" +
            arguments + "; echo status $?";
        command.insert(command.begin(), {"sh", "-c", script, "sh"});
        return rig::run_or_throw(command);
    };
    const std::string root = rig().tree.modules_root();
    for (const std::string& arguments :
         {std::string("--version"), std::string("db list"), std::string("db show ena --json"),
          "check --root " + root, "check --all-drivers --json --root " + root,
          std::string("check --root /nowhere"), std::string("no-command"),
          std::string("check --inventory -")}) {
        const std::string expected = run({rig().options.static_command}, arguments);
        EXPECT_EQ(run({"qemu-aarch64-static", arm64}, arguments), expected) << arguments;
    }
}
