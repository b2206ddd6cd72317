// SPDX-License-Identifier: GPL-2.0-or-later
// Where the module comes from.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "bake/module_source.hpp"
#include "support/bake_image.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using test::BakeImage;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto dkms_module = "lib/modules/6.1.192-legacy/updates/dkms/netpoll_shim.ko";

// As dkms(8): builds for a kernel by taking what lies ready, keeps that in its tree, and has its
// module found.
constexpr auto dkms =
    "tree=/var/lib/dkms/netpoll-shim/$5\n"
    "case $1 in\n"
    "add) mkdir -p $tree && ln -s /usr/src/netpoll-shim-$5 $tree/source ;;\n"
    "install)\n"
    "    [ -f /usr/src/netpoll-shim-$5/dkms.conf ] && [ -d $tree ] || exit 3\n"
    "    mkdir -p $tree/$7/x86_64/module /lib/modules/$7/updates/dkms\n"
    "    cp /usr/share/ready.ko $tree/$7/x86_64/module/netpoll_shim.ko\n"
    "    cp /usr/share/ready.ko /lib/modules/$7/updates/dkms/netpoll_shim.ko ;;\n"
    "remove) rm -r $tree/$7 /lib/modules/$7/updates/dkms ;;\n"
    "esac\n";

class BakeModule : public testing::Test {
  protected:
    BakeModule() {
        for (const char* name : {"Kbuild", "VERSION", "dkms.conf", "shim/main.c", "shim/main.o"}) {
            const fs::path file = source.path() / name;
            fs::create_directories(file.parent_path());
            std::ofstream(file) << name << "\n";
        }
        image.write("usr/share/ready.ko", test::fake_shim().bytes());
        for (const char* applet : {"cp", "ln"}) {
            image.link(std::string("bin/") + applet, "busybox");
        }
        before = image.snapshot();
    }

    Output bake(std::vector<std::string> more) const {
        more.insert(more.end(), {"--source", source.path(), "--command", image.command_file()});
        return image.bake(more);
    }
    void expect_undone() const {
        const Output output = image.undo();
        EXPECT_EQ(output.exit_code, 0) << output.err;
        EXPECT_THAT(test::differences(before, image.snapshot()), IsEmpty());
    }
    void expect_untouched() const {
        EXPECT_THAT(test::differences(before, image.snapshot()), IsEmpty());
    }

    BakeImage image;
    test::TempDirectory source;
    test::Snapshot before;
};

TEST_F(BakeModule, IsBuiltInTheImage) {
    // make -C /lib/modules/RELEASE/build M=/... modules
    image.add_program(
        "bin/make",
        "[ \"$2\" = /lib/modules/6.1.192-legacy/build ] || exit 1\n"
        "[ -f \"${3#M=}/shim/main.c\" ] && [ ! -e \"${3#M=}/shim/main.o\" ] || exit 2\n"
        "cp /usr/share/ready.ko \"${3#M=}/netpoll_shim.ko\"\n");
    before = image.snapshot();
    const Output output = bake({});
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("6.1.192-legacy: module: built in the image\n"));
    EXPECT_EQ(image.read(test::shim_path), test::fake_shim().bytes());
    EXPECT_FALSE(image.has("var/tmp/netpoll-shim-build"));
    EXPECT_THAT(bake({}).out, HasSubstr("nothing to do: all is there"));
    expect_undone();
}

TEST_F(BakeModule, ABuildThatFailsIsShown) {
    image.add_program("bin/make", "echo cc: not found\nexit 2\n");
    before = image.snapshot();
    const Output output = bake({});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("exited with 2\ncc: not found\nhint: the image needs make"));
    expect_untouched();
    image.remove("bin/make");
    EXPECT_THAT(bake({}).err, HasSubstr("cannot run make: No such file or directory"));
    image.remove("lib/modules/6.1.192-legacy/build");
    EXPECT_THAT(bake({}).err, HasSubstr("hint: --module FILE.ko, --build-tree DIR or --dkms"));
}

TEST_F(BakeModule, ABuildForAnotherKernelIsNotTaken) {
    image.add_program("bin/make", "cp /usr/share/ready.ko \"${3#M=}/netpoll_shim.ko\"\n");
    image.write("usr/share/ready.ko", test::fake_shim("5.0 SMP ").bytes());
    before = image.snapshot();
    const Output output = bake({});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("built in the image: "));
    EXPECT_THAT(output.err, HasSubstr("does not fit 6.1.192-legacy"));
    expect_untouched();
}

TEST_F(BakeModule, IsBuiltOnATreeOfThisMachine) {
    const test::TempDirectory tree;
    std::ofstream(tree.path() / "Makefile")
        << "modules:\n\tcp " << image.module_file() << " $(M)/netpoll_shim.ko\n";
    const Output output = bake({"--build-tree", tree.path()});
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("module: built on " + tree.path().string()));
    EXPECT_EQ(image.read(test::shim_path), test::fake_shim().bytes());
    expect_undone();
    std::ofstream(tree.path() / "Makefile") << "modules:\n\t@echo broken; exit 1\n";
    EXPECT_THAT(bake({"--build-tree", tree.path()}).err, HasSubstr("broken\n"));
    expect_untouched();
}

TEST_F(BakeModule, NeedsTheSource) {
    fs::remove(source.path() / "Kbuild");
    const Output output = bake({});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("does not have the module's source"));
    expect_untouched();
}

TEST_F(BakeModule, IsBuiltByTheImagesDkms) {
    image.add_program("usr/sbin/dkms", dkms);
    before = image.snapshot();
    const Output output = bake({"--dkms"});
    ASSERT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("6.1.192-legacy: module: dkms\n"));
    EXPECT_THAT(output.out,
                HasSubstr(fmt::format("new      {}/ (4 files)\n", dkms_source_folder())));
    EXPECT_EQ(image.read(dkms_module), test::fake_shim().bytes());
    EXPECT_FALSE(image.has(test::shim_path));
    const auto baked = image.snapshot();
    for (const Output& again : {bake({"--dkms"}), bake({})}) {
        EXPECT_THAT(again.out, HasSubstr("nothing to do: all is there"));
    }
    EXPECT_THAT(test::differences(baked, image.snapshot()), IsEmpty());
    expect_undone();
}

TEST_F(BakeModule, AnUndoTakesBackWhatDkmsBuiltLater) {
    image.add_program("usr/sbin/dkms", dkms);
    ASSERT_EQ(bake({"--dkms"}).exit_code, 0);
    // A kernel that was installed since, as dkms serves it
    const std::string version = dkms_source_folder().substr(sizeof("usr/src/netpoll-shim-") - 1);
    const std::string tree = "var/lib/dkms/netpoll-shim/" + version + "/6.9";
    image.write("lib/modules/6.9/kernel/x", "");
    image.write(tree + "/x86_64/module/netpoll_shim.ko", "");
    image.write("lib/modules/6.9/updates/dkms/netpoll_shim.ko", "");
    image.write("lib/modules/6.9/modules.dep", "updates/dkms/netpoll_shim.ko:\n");
    const Output output = image.undo();
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_FALSE(image.has("var/lib/dkms"));
    EXPECT_FALSE(image.has("lib/modules/6.9/updates/dkms"));
    EXPECT_TRUE(image.has("lib/modules/6.9/kernel/x"));
    EXPECT_THAT(image.read("lib/modules/6.9/modules.dep"), Not(HasSubstr("netpoll_shim")));
    EXPECT_FALSE(image.has(dkms_source_folder()));
}

TEST_F(BakeModule, DkmsHasToBeThere) {
    const Output output = bake({"--dkms"});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("the image has no dkms\nhint: install dkms"));
    image.add_program("usr/sbin/dkms", "echo no headers\nexit 21\n");
    before = image.snapshot();
    EXPECT_THAT(bake({"--dkms"}).err, HasSubstr("exited with 21\nno headers\n"));
    fs::remove(source.path() / "dkms.conf");
    EXPECT_THAT(bake({"--dkms"}).err, HasSubstr("has no dkms.conf"));
    expect_untouched();
}

}  // namespace
}  // namespace netpoll_shim
