// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/bake.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/bake_image.hpp"
#include "support/object_writer.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using test::BakeImage;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto enabled = "etc/systemd/system/multi-user.target.wants/netpoll-shim-load.service";
constexpr auto policy = "etc/modprobe.d/netpoll-shim-policy.conf";

std::string changed_paths(const test::Snapshot& before, const test::Snapshot& after) {
    std::string text;
    for (const std::string& path : test::differences(before, after)) {
        text += path + "\n";
    }
    return text;
}

class Bake : public testing::Test {
  protected:
    BakeImage image;
    test::Snapshot before = image.snapshot();

    void expect_untouched() const { EXPECT_EQ(changed_paths(before, image.snapshot()), ""); }
};

TEST_F(Bake, PutsAllIntoAnImage) {
    const Output output = image.bake_module();
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.err, IsEmpty());
    EXPECT_THAT(output.out, HasSubstr("kernel   6.1.192-legacy: module: "));
    EXPECT_THAT(output.out, HasSubstr("changed  boot/initrd.img-6.1.192-legacy\n"));
    EXPECT_EQ(image.read(test::shim_path), test::fake_shim().bytes());
    EXPECT_THAT(image.read("lib/modules/6.1.192-legacy/modules.dep"),
                HasSubstr("updates/netpoll_shim.ko:"));
    EXPECT_THAT(image.read(test::initramfs_path), HasSubstr("updates/netpoll_shim.ko\n"));
    EXPECT_THAT(image.read(test::initramfs_path),
                HasSubstr("/usr/share/initramfs-tools/hooks/netpoll-shim\n"));
    EXPECT_THAT(image.read(policy), HasSubstr("\noptions netpoll_shim policy=ena=drain\n"));
    EXPECT_EQ(fs::read_symlink(image.path(enabled)),
              "/lib/systemd/system/netpoll-shim-load.service");
    EXPECT_TRUE(fs::is_regular_file(image.path("lib/systemd/system/netpoll-shim-load.service")));
    EXPECT_EQ(image.read("usr/sbin/netpoll-shim"), "#!/bin/sh\necho netpoll-shim made up\n");
    EXPECT_EQ(fs::status(image.path("usr/sbin/netpoll-shim")).permissions(), fs::perms(0755));
    // What the tools left behind is none of the image's.
    EXPECT_FALSE(image.has("var/tmp/mkinitramfs_1"));
    EXPECT_THAT(image.read(test::manifest_file), HasSubstr("\"state\": \"complete\""));
    EXPECT_THAT(image.read(test::manifest_file), Not(HasSubstr("modules.builtin.bin")));
}

TEST_F(Bake, ASecondRunChangesNothing) {
    ASSERT_EQ(image.bake_module().exit_code, 0);
    const auto baked = image.snapshot();
    const Output again = image.bake_module();
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.out, HasSubstr("nothing to do: all is there"));
    EXPECT_EQ(changed_paths(baked, image.snapshot()), "");
    // Nor one that has not been told where the module comes from.
    EXPECT_EQ(image.bake({"--command", image.command_file()}).exit_code, 0);
    EXPECT_EQ(changed_paths(baked, image.snapshot()), "");
}

TEST_F(Bake, UndoBringsBackEveryByteModeOwnerAndTime) {
    fs::permissions(image.path(test::initramfs_path), fs::perms(0600));
    ASSERT_EQ(chown(image.path(test::initramfs_path).c_str(), 12, 34), 0);
    before = image.snapshot();
    ASSERT_EQ(image.bake_module().exit_code, 0);
    ASSERT_NE(changed_paths(before, image.snapshot()), "");
    const Output output = image.undo();
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("restored boot/initrd.img-6.1.192-legacy\n"));
    EXPECT_THAT(output.out, HasSubstr("undone: the image is as it was\n"));
    expect_untouched();
    EXPECT_THAT(image.undo().out, HasSubstr("nothing to undo"));
    expect_untouched();
}

TEST_F(Bake, ADryRunSaysAllAndChangesNothing) {
    image.is_root = false;
    const Output output = image.bake_module({"--dry-run"});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out,
                HasSubstr("write    lib/modules/6.1.192-legacy/updates/netpoll_shim.ko"));
    EXPECT_THAT(output.out, HasSubstr(std::string("write    ") + enabled));
    EXPECT_THAT(output.out, HasSubstr("run      depmod 6.1.192-legacy\n"));
    EXPECT_THAT(output.out, HasSubstr("run      update-initramfs -u -k 6.1.192-legacy\n"));
    expect_untouched();
    EXPECT_THAT(image.undo({"--dry-run"}).out, HasSubstr("nothing to undo"));
    image.is_root = true;
    ASSERT_EQ(image.bake_module().exit_code, 0);
    before = image.snapshot();
    EXPECT_THAT(image.bake_module({"--dry-run"}).out, HasSubstr("nothing to do"));
    EXPECT_THAT(image.undo({"--dry-run"}).out,
                HasSubstr("restore  boot/initrd.img-6.1.192-legacy\n"));
    expect_untouched();
}

TEST_F(Bake, NeedsRoot) {
    image.is_root = false;
    EXPECT_EQ(image.bake_module().exit_code, 6);
    EXPECT_EQ(image.undo().exit_code, 6);
    expect_untouched();
}

TEST_F(Bake, AKernelThatNeedsNothingGetsNothing) {
    image.write("boot/System.map-6.1.192-legacy", test::undemanding_system_map());
    before = image.snapshot();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("kernel   6.1.192-legacy needs nothing\n"));
    EXPECT_THAT(output.out, HasSubstr("no kernel needs the module"));
    expect_untouched();
}

TEST_F(Bake, OneOfTwoKernelsIsServed) {
    image.write("lib/modules/6.9/kernel/x", "");
    image.write("lib/modules/6.9/updates/ena.ko", test::fake_driver(false).bytes());
    image.write("boot/System.map-6.9", test::undemanding_system_map());
    before = image.snapshot();
    const Output output = image.bake_module();
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("kernel   6.9 needs nothing\n"));
    EXPECT_THAT(changed_paths(before, image.snapshot()), Not(HasSubstr("lib/modules/6.9")));
    EXPECT_THAT(image.bake({"--kernel", "6.9"}).out, HasSubstr("no kernel needs the module"));
}

TEST_F(Bake, AnUnknownDeviceStopsItButForForce) {
    image.write("boot/System.map-6.1.192-legacy", "a stub\n");
    test::FakeModule driver = test::fake_driver(false);
    driver.modinfo[0].second = "xen:vif";
    image.add_module("kernel/drivers/net/mystery.ko", driver);
    before = image.snapshot();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 4) << output.err;
    EXPECT_THAT(output.err, HasSubstr("not enough is known of "));
    EXPECT_THAT(output.err, HasSubstr("mystery on 6.1.192-legacy"));
    expect_untouched();
    EXPECT_EQ(image.bake_module({"--force"}).exit_code, 0);
    EXPECT_THAT(image.read(policy), HasSubstr("mystery=attach"));
}

TEST_F(Bake, ARefusedDeviceStopsIt) {
    const test::TempDirectory folder;
    const fs::path db = folder.path() / "db";
    fs::create_directories(db / "drivers");
    std::ofstream(db / "compares-ops.toml")
        << "[[driver]]\ndriver = \"ena\"\nevidence = [\"made up\"]\n";
    // Not served by the module's own table either.
    std::ifstream lines(fs::path(SOURCE_DIR) / "drivers-db/drivers/ena.toml");
    std::ofstream copy(db / "drivers/ena.toml");
    for (std::string line; std::getline(lines, line);) {
        copy << (line.rfind("builtin_mode", 0) == 0 ? "builtin_mode = \"none\"" : line) << "\n";
    }
    copy.close();
    const Output output = image.bake_module({"--db", db});
    EXPECT_EQ(output.exit_code, 3) << output.err;
    EXPECT_THAT(output.err, HasSubstr("must not be served: ena on 6.1.192-legacy"));
    expect_untouched();
    // Nobody else is to be served.
    EXPECT_THAT(image.bake_module({"--db", db, "--force"}).out, HasSubstr("no kernel needs"));
    expect_untouched();
}

TEST_F(Bake, AModuleForAnotherKernelIsNotTaken) {
    const std::string other = image.module_file() + ".ko";
    std::ofstream(other) << test::fake_shim("5.0 SMP ").bytes();
    const Output output = image.bake({"--module", other, "--command", image.command_file()});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("does not fit 6.1.192-legacy: its vermagic is '5.0 SMP '"));
    expect_untouched();
    // Of several the one that fits
    EXPECT_EQ(image.bake_module({"--module", other}).exit_code, 0);
    EXPECT_EQ(image.read(test::shim_path), test::fake_shim().bytes());
}

TEST_F(Bake, AnUnsignedModuleIsNotTakenWhereItWouldNotLoad) {
    image.write("boot/config-6.1.192-legacy",
                "CONFIG_MODULES=y\nCONFIG_NETPOLL=y\nCONFIG_MODULE_SIG_FORCE=y\n");
    before = image.snapshot();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("loads no unsigned modules"));
    expect_untouched();
    EXPECT_EQ(image.bake_module({"--force"}).exit_code, 0);
}

TEST_F(Bake, FilesOfOthersAreNotOverwritten) {
    image.write("lib/modprobe.d/netpoll-shim.conf", "another one\n");
    before = image.snapshot();
    const Output output = image.bake_module({"--force"});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("lib/modprobe.d/netpoll-shim.conf is there already"));
    EXPECT_THAT(output.err, HasSubstr("hint: bake overwrites no file"));
    expect_untouched();
}

TEST_F(Bake, APackagesFileStaysAtAnUndo) {
    ASSERT_EQ(image.bake_module().exit_code, 0);
    const std::string unit = image.read("lib/systemd/system/netpoll-shim-load.service");
    ASSERT_EQ(image.undo().exit_code, 0);
    image.write("lib/systemd/system/netpoll-shim-load.service", unit);
    before = image.snapshot();
    ASSERT_EQ(image.bake_module().exit_code, 0);
    ASSERT_EQ(image.undo().exit_code, 0);
    expect_untouched();
}

TEST_F(Bake, AModuleOfDkmsIsLeftAlone) {
    image.add_module("updates/dkms/netpoll_shim.ko", test::fake_shim());
    ASSERT_EQ(image.bake({"--command", image.command_file()}).exit_code, 0);
    EXPECT_FALSE(image.has(test::shim_path));
    ASSERT_EQ(image.undo().exit_code, 0);
    image.add_module("updates/dkms/netpoll_shim.ko", test::fake_shim("5.0 SMP "));
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err,
                HasSubstr("updates/dkms/netpoll_shim.ko is there already, and does not"));
}

TEST_F(Bake, ANewModuleReplacesTheEarlierOne) {
    ASSERT_EQ(image.bake_module().exit_code, 0);
    test::FakeModule newer = test::fake_shim();
    newer.modinfo[0].second = "0.2.0";
    std::ofstream(image.module_file()) << newer.bytes();
    const Output planned = image.bake_module({"--dry-run"});
    EXPECT_THAT(planned.out, HasSubstr("undo     the earlier bake\nreplace  "));
    const Output output = image.bake_module();
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("baked anew\n"));
    EXPECT_EQ(image.read(test::shim_path), newer.bytes());
    ASSERT_EQ(image.undo().exit_code, 0);
    expect_untouched();
}

TEST_F(Bake, ALocalDatabaseGoesWithIt) {
    const test::TempDirectory folder;
    const std::string file = folder.path() / "drivers/ena.toml";
    fs::create_directories(folder.path() / "drivers");
    std::ofstream(file) << "driver = \"ena\"\n[[range]]\n";
    const Output broken = image.bake_module({"--db", file});
    EXPECT_EQ(broken.exit_code, 5) << broken.err;
    expect_untouched();
    fs::copy_file(fs::path(SOURCE_DIR) / "drivers-db/drivers/ena.toml", file,
                  fs::copy_options::overwrite_existing);
    const Output output = image.bake_module({"--db", file});
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_TRUE(image.has("etc/netpoll-shim/db.d/drivers/ena.toml"));
    EXPECT_THAT(image.read(policy), HasSubstr("the files in /etc/netpoll-shim/db.d"));
    // It counts from now on, without being named.
    EXPECT_THAT(image.bake_module().out, HasSubstr("nothing to do: all is there"));
    ASSERT_EQ(image.undo().exit_code, 0);
    expect_untouched();
}

TEST_F(Bake, AFailingToolLeavesTheImageAsItIs) {
    image.add_program("usr/sbin/update-initramfs", "echo no space >&2\nexit 7\n");
    before = image.snapshot();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("update-initramfs -u -k 6.1.192-legacy: exited with 7\n"
                                      "no space\nhint: --no-initramfs"));
    expect_untouched();
    ASSERT_EQ(image.bake_module({"--no-initramfs"}).exit_code, 0);
    EXPECT_EQ(image.read(test::initramfs_path), "as installed\n");
}

TEST_F(Bake, ACommandThatDoesNotRunThereIsNotPutIn) {
    std::ofstream(image.command_file()) << "#!/missing/loader\n";
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("hint: the command must run in the image: make static"));
    expect_untouched();
}

TEST_F(Bake, ACommandForAnotherMachineIsNotPutIn) {
    std::ofstream(image.command_file()) << test::ObjectWriter(EM_AARCH64).bytes();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("the command is for aarch64, 6.1.192-legacy for x86_64"));
    expect_untouched();
}

TEST_F(Bake, ToolsOfAnotherMachineAreTold) {
    std::ofstream(image.path("usr/sbin/depmod")) << test::ObjectWriter(EM_AARCH64).bytes();
    before = image.snapshot();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("in the image: cannot run depmod: Exec format error\n"
                                      "hint: it is for another architecture"));
    expect_untouched();
}

TEST_F(Bake, AModuleThatDepmodDoesNotFindIsNotPutIn) {
    image.add_program("usr/sbin/depmod", "exit 0\n");
    before = image.snapshot();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("depmod did not index netpoll_shim for 6.1.192-legacy"));
    expect_untouched();
}

TEST_F(Bake, TwoAtOnceAreKeptApart) {
    const UniqueFd other(open(image.root().c_str(), O_RDONLY | O_DIRECTORY));
    ASSERT_EQ(flock(other.get(), LOCK_EX), 0);
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("another bake is at work on"));
    EXPECT_THAT(image.undo().err, HasSubstr("another bake is at work on"));
    expect_untouched();
}

TEST_F(Bake, LinksDoNotLeadOutOfTheImage) {
    const test::TempDirectory outside;
    fs::rename(image.path("lib"), image.path("usr/lib"));
    image.link("lib", "/usr/lib");
    image.link("etc/systemd", outside.path());
    before = image.snapshot();
    const Output refused = image.bake_module();
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("is a link that leads nowhere"));
    expect_untouched();
    // Within the image the same path is taken, but for what is emptied at boot.
    fs::create_directories(image.path(outside.path().string().substr(1)));
    before = image.snapshot();
    EXPECT_THAT(image.bake_module().err, HasSubstr("is in a folder that is not kept"));
    expect_untouched();
    image.remove("etc/systemd");
    image.link("etc/systemd", "../../../../../../srv/systemd");
    fs::create_directories(image.path("srv/systemd"));
    before = image.snapshot();
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_TRUE(fs::is_empty(outside.path()));
    EXPECT_TRUE(image.has("srv/systemd/system/multi-user.target.wants/netpoll-shim-load.service"));
    EXPECT_TRUE(image.has("usr/lib/systemd/system/netpoll-shim-load.service"));
    ASSERT_EQ(image.undo().exit_code, 0);
    expect_untouched();
}

TEST_F(Bake, IsOneJsonDocument) {
    const auto json = nlohmann::json::parse(image.bake_module({"--json"}).out);
    EXPECT_EQ(json["schema"], 1);
    EXPECT_EQ(json["outcome"], "baked");
    EXPECT_EQ(json["changed"], true);
    EXPECT_EQ(json["kernels"][0]["release"], "6.1.192-legacy");
    EXPECT_EQ(json["kernels"][0]["needs_module"], true);
    EXPECT_EQ(nlohmann::json::parse(image.bake_module({"--json"}).out)["changed"], false);
    const auto undone = nlohmann::json::parse(image.undo({"--json"}).out);
    EXPECT_EQ(undone["outcome"], "undone");
    EXPECT_EQ(undone["undone"]["left"].size(), 0U);
}

TEST_F(Bake, UsageErrorsAreTold) {
    EXPECT_EQ(image.bake_module({"--dkms"}).exit_code, 2);
    EXPECT_EQ(image.bake_module({"--undo"}).exit_code, 2);
    EXPECT_EQ(image.bake({"--kernel", "a", "--all-kernels"}).exit_code, 2);
    EXPECT_EQ(image.bake({"--kernel", "nobody's"}).exit_code, 1);
    expect_untouched();
}

}  // namespace
}  // namespace netpoll_shim
