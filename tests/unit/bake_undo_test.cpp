// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <fstream>

#include "support/bake_image.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using test::BakeImage;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr auto unit = "lib/systemd/system/netpoll-shim-load.service";
constexpr auto dependencies = "lib/modules/6.1.192-legacy/modules.dep";

class BakeUndo : public testing::Test {
  protected:
    BakeUndo() {
        const Output output = image.bake_module();
        EXPECT_EQ(output.exit_code, 0) << output.err;
    }
    std::vector<std::string> differences() const {
        return test::differences(before, image.snapshot());
    }

    BakeImage image;
    test::Snapshot before = image.snapshot();
};

TEST_F(BakeUndo, LeavesWhatOthersChangedAndNamesIt) {
    image.write(unit, "mine now\n");
    const Output output = image.undo();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr(std::string("left, since they were changed: ") + unit));
    EXPECT_THAT(output.err, HasSubstr("hint: bake --undo --force removes them"));
    EXPECT_EQ(image.read(unit), "mine now\n");
    EXPECT_FALSE(image.has(test::shim_path));
    EXPECT_EQ(image.read(test::initramfs_path), "as installed\n");
    // Again the same, and no bake over it.
    EXPECT_EQ(image.undo().exit_code, 1);
    EXPECT_EQ(image.bake_module().exit_code, 1);
    EXPECT_EQ(image.undo({"--force"}).exit_code, 0);
    EXPECT_FALSE(image.has(unit));
    EXPECT_FALSE(image.has(test::manifest_file));
}

TEST_F(BakeUndo, RunsTheToolsAgainWhereOthersHadThemRun) {
    // As an upgrade of some package would
    image.write("lib/modules/6.1.192-legacy/kernel/new.ko", "");
    image.write(dependencies, "kernel/new.ko:\nupdates/netpoll_shim.ko:\n");
    const Output output = image.undo();
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("anew     depmod 6.1.192-legacy\n"));
    EXPECT_THAT(image.read(dependencies), HasSubstr("kernel/new.ko:\n"));
    EXPECT_THAT(image.read(dependencies), Not(HasSubstr("netpoll_shim")));
    // Nobody touched the initramfs.
    EXPECT_EQ(image.read(test::initramfs_path), "as installed\n");
    EXPECT_THAT(differences(),
                UnorderedElementsAre(dependencies, "lib/modules/6.1.192-legacy/kernel",
                                     "lib/modules/6.1.192-legacy/kernel/new.ko"));
}

TEST_F(BakeUndo, WorksWhereTheKernelIsGone) {
    fs::remove_all(image.path("lib/modules/6.1.192-legacy/kernel"));
    image.remove(dependencies);
    image.remove(test::initramfs_path);
    const Output output = image.undo();
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_FALSE(image.has(test::shim_path));
    EXPECT_FALSE(image.has(dependencies));
    EXPECT_FALSE(image.has(test::initramfs_path));
    EXPECT_FALSE(image.has("var/lib/netpoll-shim"));
}

TEST_F(BakeUndo, KeepsFoldersThatOthersUse) {
    image.write("usr/share/initramfs-tools/hooks/mine", "");
    EXPECT_EQ(image.undo().exit_code, 0);
    EXPECT_TRUE(image.has("usr/share/initramfs-tools/hooks/mine"));
    EXPECT_FALSE(image.has("usr/share/initramfs-tools/scripts"));
}

TEST_F(BakeUndo, AFileThatWasRemovedSinceIsNoMatter) {
    image.remove(unit);
    EXPECT_EQ(image.undo().exit_code, 0);
    EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(BakeUndo, ADamagedManifestIsToldAndNothingIsTouched) {
    image.write(test::manifest_file, "{\"schema\": 1, \"state\": 7}");
    const auto baked = image.snapshot();
    for (const Output& output : {image.undo(), image.bake_module()}) {
        EXPECT_EQ(output.exit_code, 1);
        EXPECT_THAT(output.err, HasSubstr("manifest.json: "));
    }
    image.write(test::manifest_file, "{\"schema\": 9}");
    EXPECT_THAT(image.undo().err, HasSubstr("schema 9 is not known"));
    EXPECT_TRUE(image.has(test::shim_path));
}

TEST_F(BakeUndo, ASecondBakeRepairsWhatSomebodyTookAway) {
    const auto baked = image.snapshot();
    image.remove(unit);
    const Output output = image.bake_module();
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_EQ(image.read(unit), std::string(baked.at(unit)).substr(baked.at(unit).find("# ")));
    EXPECT_EQ(image.undo().exit_code, 0);
    EXPECT_THAT(differences(), IsEmpty());
}

// A file system of its own that holds the image, or a part of it.
class Mounted {
  public:
    Mounted(fs::path point, const std::string& options) : point_(std::move(point)) {
        fs::create_directories(point_);
        EXPECT_EQ(mount("none", point_.c_str(), "tmpfs", 0, options.c_str()), 0)
            << "this test needs root, and to be allowed to mount";
    }
    Mounted(const Mounted&) = delete;
    Mounted& operator=(const Mounted&) = delete;
    Mounted(Mounted&&) = delete;
    Mounted& operator=(Mounted&&) = delete;
    ~Mounted() { umount2(point_.c_str(), MNT_DETACH); }

  private:
    fs::path point_;
};

TEST(BakeBoot, MayBeAFileSystemOfItsOwn) {
    const BakeImage image;
    fs::rename(image.path("boot"), image.path("boot.away"));
    const Mounted boot(image.path("boot"), "size=1m");
    fs::copy(image.path("boot.away"), image.path("boot"));
    const auto before = image.snapshot();
    const Output output = image.bake_module();
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(image.read(test::initramfs_path), HasSubstr("updates/netpoll_shim.ko\n"));
    ASSERT_EQ(image.undo().exit_code, 0);
    EXPECT_THAT(test::differences(before, image.snapshot()), IsEmpty());
}

TEST(BakeReadOnly, IsToldBeforeAnythingElse) {
    const BakeImage image;
    ASSERT_EQ(mount(image.root().c_str(), image.root().c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(
        mount(nullptr, image.root().c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr),
        0);
    const Output output = image.bake_module();
    const Output dry_run = image.bake_module({"--dry-run"});
    umount2(image.root().c_str(), MNT_DETACH);
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr(image.root().string() + " is read-only"));
    EXPECT_THAT(output.err, HasSubstr("hint: mount -o remount,rw"));
    EXPECT_EQ(dry_run.exit_code, 0);
}

}  // namespace
}  // namespace netpoll_shim
