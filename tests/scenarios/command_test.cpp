// SPDX-License-Identifier: GPL-2.0-or-later
// The command on a live system: what it concludes, does, and says when it cannot.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "scenario.hpp"

class Command : public Scenario {
  protected:
    void boot_with_nic(const std::string& kernel_arguments = "") {
        boot({.kernel_arguments = kernel_arguments});
        interface_ = rig::bring_up_nic(guest(), "ena");
    }

    nlohmann::json json_of(const std::string& arguments, int status) {
        const auto result = guest().run("netpoll-shim " + arguments + " --json");
        EXPECT_EQ(result.status, status) << result.output;
        return nlohmann::json::parse(result.output);
    }

    // Runs and expects the exit code and both pieces of text.
    void expect_says(const std::string& command, int status, const std::string& message,
                     const std::string& hint) {
        const auto result = guest().run(command);
        EXPECT_EQ(result.status, status) << result.output;
        EXPECT_NE(result.output.find(message), std::string::npos) << result.output;
        EXPECT_NE(result.output.find("hint: "), std::string::npos) << result.output;
        EXPECT_NE(result.output.find(hint), std::string::npos) << result.output;
        EXPECT_EQ(guest().run("test -d /sys/module/netpoll_shim").status,
                  result.status == 0 ? 0 : 1);
    }

    // The verdict of `check --dry-run`; the module must be gone afterwards.
    nlohmann::json dry_run(int status) {
        auto check = json_of("check --dry-run", status);
        EXPECT_EQ(check["dry_run"].dump(), R"({"made":true,"problem":""})");
        EXPECT_NE(guest().run("test -d /sys/module/netpoll_shim").status, 0);
        EXPECT_EQ(check["devices"].size(), 1U);
        return check["devices"][0];
    }

    // What decides the question of a verdict, as the chain of evidence has it.
    static std::string decisive_evidence(const nlohmann::json& device,
                                         const std::string& question) {
        for (const auto& link : device["chain"])
            if (link["question"] == question && link["standing"] == "decides")
                return link["evidence"];
        return "";
    }

    // Signature enforcement can be tested where the kernel tree holds its key.
    bool can_sign() const { return std::filesystem::exists(rig().tree.modules_root() / "signed"); }
};

TEST_F(Command, CheckLoadStatusUnload) {
    boot_with_nic();

    auto check = json_of("check", 3);
    EXPECT_EQ(check["schema"], 1);
    EXPECT_EQ(check["kernel"]["hook"]["value"], "demanded");
    EXPECT_EQ(check["kernel"]["netconsole"]["value"], "module");
    // Without it a kernel is taken for one without netpoll.
    EXPECT_EQ(guest().run("test -e /sys/module/netpoll -a -e /sys/module/kernel").status, 0);
    ASSERT_EQ(check["devices"].size(), 1U);
    EXPECT_EQ(check["devices"][0]["interface"], interface_);
    EXPECT_EQ(check["devices"][0]["verdict"], "shim");
    EXPECT_EQ(check["devices"][0]["mode"], "drain");
    EXPECT_EQ(decisive_evidence(check["devices"][0], "hook"), "driver-object");
    // The legacy kernel calls itself 6.1: its symbols and its name disagree.
    EXPECT_EQ(check["devices"][0]["contradictions"].empty(),
              !rig().tree.release().ends_with("-legacy"));
    EXPECT_NE(attach_netconsole().status, 0);

    // What the module's modinfo says of its kernel, against a module built for it.
    const auto ops = netdev_ops(interface_);
    const auto& file = check["shim"]["file"];
    EXPECT_EQ(file["net_device_ops_size"].dump(), ops.at("size"));
    EXPECT_EQ(file["ndo_poll_controller_offset"].dump(), ops.at("poll_controller_offset"));

    EXPECT_EQ(guest().run("netpoll-shim status").status, 3);
    EXPECT_EQ(guest().run("netpoll-shim load").status, 0);
    EXPECT_EQ(guest().must("cat /sys/module/netpoll_shim/parameters/policy"), "ena=drain\n");
    EXPECT_EQ(json_of("check", 0)["devices"][0]["verdict"], "shim");

    const auto again = guest().run("netpoll-shim load");
    EXPECT_EQ(again.status, 0);
    EXPECT_NE(again.output.find("already"), std::string::npos) << again.output;

    EXPECT_EQ(attach_netconsole().status, 0);
    const auto status = guest().run("netpoll-shim status");
    EXPECT_EQ(status.status, 0);
    EXPECT_NE(status.output.find("hook_calls"), std::string::npos) << status.output;
    const auto in_use = guest().run("netpoll-shim unload");
    EXPECT_EQ(in_use.status, 1) << in_use.output;
    EXPECT_NE(in_use.output.find("in use"), std::string::npos) << in_use.output;

    rig::detach_netconsole(guest());
    EXPECT_EQ(guest().run("netpoll-shim unload").status, 0);
    EXPECT_EQ(guest().run("netpoll-shim unload").status, 0);
    EXPECT_EQ(guest().run("netpoll-shim status").status, 3);
    expect_clean_log();
}

TEST_F(Command, DryRunLooksAtTheDeviceItself) {
    boot_with_nic();
    const auto device = dry_run(3);
    EXPECT_EQ(device["verdict"], "shim");
    EXPECT_EQ(decisive_evidence(device, "hook"), "live-device");
    const auto& live = device["facts"]["live_ops"];
    EXPECT_EQ(live["hook"], false);
    EXPECT_EQ(live["disable_netpoll"], false);
    EXPECT_EQ(live["napi_count"].dump(), netdev_ops(interface_).at("napis"));
    EXPECT_NE(decisive_evidence(json_of("check", 3)["devices"][0], "hook"), "live-device");

    guest().must("netpoll-shim load");
    const auto refused = guest().run("netpoll-shim check --dry-run");
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.output.find("netpoll_shim is loaded"), std::string::npos) << refused.output;
    expect_clean_log();
}

TEST_F(Command, DryRunFindsItsDeviceUnderAnyName) {
    boot_with_nic();
    const std::string odd = R"(e\"=)";
    // Another network namespace has a device of that name, too.
    guest().must("modprobe veth; ip link set " + interface_ + " down; ip link set " + interface_ +
                 " name '" + odd +
                 "'; unshare -n sleep 1000 & pid=$!; sleep 1; "
                 "nsenter -t $pid -n ip link add '" +
                 odd + "' type veth peer name v1");
    // A program tells lies in the kernel log.
    guest().must(
        "echo 'netpoll_shim: dry run: x: driver=ena version=- bus=- hook=yes "
        "disable_netpoll=yes napi=0 would=leave why=\"\"' >/dev/kmsg");
    const auto device = dry_run(3);
    EXPECT_EQ(device["interface"], odd);
    EXPECT_EQ(device["facts"]["live_ops"]["hook"], false);
    EXPECT_EQ(decisive_evidence(device, "hook"), "live-device");
    expect_clean_log();
}

TEST_F(Command, DryRunRefusesADeviceThatRefusesNetpoll) {
    boot_with_nic();
    guest().must("modprobe netdev_ops; echo " + interface_ +
                 " >/sys/module/netdev_ops/parameters/disable_netpoll");
    EXPECT_EQ(dry_run(3)["verdict"], "refuse");
    EXPECT_EQ(guest().run("netpoll-shim load").status, 3);
    EXPECT_NE(guest().run("test -d /sys/module/netpoll_shim").status, 0) << "nothing to do";
    expect_clean_log();
}

TEST_F(Command, AHookThatTheDatabaseDoesNotKnowIsNative) {
    boot_with_nic();
    guest().must("modprobe bad_hook interface=" + interface_);
    EXPECT_EQ(json_of("check", 3)["devices"][0]["verdict"], "shim") << "by what is known of ena";
    const auto device = dry_run(0);
    EXPECT_EQ(device["verdict"], "native");
    EXPECT_EQ(decisive_evidence(device, "hook"), "live-device");
    EXPECT_FALSE(device["contradictions"].empty());

    const auto load = guest().run("netpoll-shim load");
    EXPECT_EQ(load.status, 0) << load.output;
    EXPECT_NE(guest().run("test -d /sys/module/netpoll_shim").status, 0) << "nothing to do";
    expect_clean_log();
}

TEST_F(Command, DryRunThatTheKernelRefusesIsNoFailure) {
    boot_with_nic();
    guest().must("echo 1 >/proc/sys/kernel/modules_disabled");
    const auto check = json_of("check --dry-run", 3);
    EXPECT_EQ(check["dry_run"]["made"], false);
    EXPECT_NE(check["dry_run"]["problem"].get<std::string>().find("modules_disabled is 1"),
              std::string::npos);
    EXPECT_EQ(check["devices"][0]["verdict"], "shim");
}

TEST_F(Command, ANamedStackedDeviceSaysWhatCounts) {
    boot_with_nic();
    guest().must("modprobe 8021q; ip link add link " + interface_ + " name vl0 type vlan id 7");
    const auto device = json_of("check vl0", 4)["devices"][0];
    EXPECT_EQ(device["facts"]["link_kind"]["value"], "vlan");
    EXPECT_EQ(device["facts"]["lower"], nlohmann::json::array({interface_}));
    EXPECT_EQ(device["remedies"], nlohmann::json::array({"netpoll-shim check " + interface_}));
}

TEST_F(Command, LoadReplacesAnotherPolicy) {
    boot_with_nic();
    ASSERT_EQ(load_shim("policy=ena=attach").status, 0);
    EXPECT_EQ(guest().run("netpoll-shim check").status, 3);
    EXPECT_EQ(guest().run("netpoll-shim load").status, 0);
    EXPECT_EQ(guest().must("cat /sys/class/net/" + interface_ + "/netpoll_shim/mode"), "drain\n");
}

TEST_F(Command, LoadServesADeviceThatIsDownOnceItComesUp) {
    boot();
    guest().must("modprobe ena");
    EXPECT_EQ(guest().run("netpoll-shim load").status, 0);
    EXPECT_EQ(guest().run("netpoll-shim check").status, 0);
    interface_ = rig::bring_up_nic(guest(), "ena");
    EXPECT_EQ(attach_netconsole().status, 0);
}

TEST_F(Command, DriverWithTheHookIsNative) {
    boot({.nic = "e1000"});
    interface_ = rig::bring_up_nic(guest(), "e1000");
    EXPECT_EQ(json_of("check", 0)["devices"][0]["verdict"], "native");
    EXPECT_EQ(guest().run("netpoll-shim load").status, 0);
    EXPECT_NE(guest().run("test -d /sys/module/netpoll_shim").status, 0) << "nothing to do";
    EXPECT_EQ(attach_netconsole().status, 0);
}

TEST_F(Command, UnknownDriverIsServedByForceOnly) {
    boot({.nic = "virtio-net-pci"});
    guest().must("modprobe virtio_pci");
    interface_ = rig::bring_up_nic(guest(), "virtio_net");
    if (netdev_ops(interface_).at("poll_controller").find("virtnet") == 0)
        GTEST_SKIP() << "on this kernel the driver has the hook";
    EXPECT_EQ(json_of("check", 4)["devices"][0]["verdict"], "unknown");
    EXPECT_EQ(guest().run("netpoll-shim load").status, 4);
    EXPECT_NE(guest().run("test -d /sys/module/netpoll_shim").status, 0);
    EXPECT_EQ(guest().run("netpoll-shim load --force").status, 0);
    EXPECT_EQ(guest().must("cat /sys/class/net/" + interface_ + "/netpoll_shim/mode"), "attach\n");
    EXPECT_EQ(attach_netconsole().status, 0);
}

TEST_F(Command, NotRoot) {
    boot_with_nic();
    guest().must("mkdir -p /etc && echo 'user:x:1000:1000::/tmp:/bin/sh' >/etc/passwd");
    expect_says("su user -c 'netpoll-shim load'", 6, "root", "sudo");
    const auto check = guest().run("su user -c 'netpoll-shim check'");
    EXPECT_EQ(check.status, 3);
    EXPECT_NE(check.output.find("not read without root: "), std::string::npos) << check.output;
    expect_says("su user -c 'netpoll-shim check --dry-run'", 6, "root", "sudo");
}

TEST_F(Command, MissingModule) {
    boot_with_nic();
    guest().must("rm $(find /lib/modules -name netpoll_shim.ko)");
    expect_says("netpoll-shim load", 1, "not found", "make module KERNELDIR=");
}

TEST_F(Command, VermagicMismatch) {
    boot_with_nic();
    const std::string& release = rig().tree.release();
    std::string other = release;
    other[0] = other[0] == '9' ? '8' : '9';
    guest().must(
        fmt::format("sed 's/vermagic={}/vermagic={}/' "
                    "$(find /lib/modules -name netpoll_shim.ko) >/tmp/netpoll_shim.ko",
                    release, other));
    expect_says("netpoll-shim load --module /tmp/netpoll_shim.ko", 1, other, "make module");
}

TEST_F(Command, ModulesDisabled) {
    boot_with_nic();
    guest().must("echo 1 >/proc/sys/kernel/modules_disabled");
    expect_says("netpoll-shim load", 1, "modules_disabled is 1", "earlier in the boot");
}

TEST_F(Command, SignatureDemanded) {
    if (!can_sign())
        GTEST_SKIP() << "the kernel tree has no signing key";
    boot_with_nic("module.sig_enforce=1");
    expect_says("netpoll-shim load", 1, "sign", "sign-file");
    EXPECT_EQ(guest().run("netpoll-shim load --module /signed/netpoll_shim.ko").status, 0);
}

TEST_F(Command, Lockdown) {
    if (!can_sign())
        GTEST_SKIP() << "the kernel tree has no signing key";
    boot_with_nic("lockdown=integrity");
    expect_says("netpoll-shim load", 1, "lockdown", "sign");
    EXPECT_EQ(guest().run("netpoll-shim load --module /signed/netpoll_shim.ko").status, 0);
}
