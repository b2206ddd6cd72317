// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/module_tree.hpp"

#include <gmock/gmock.h>

#include "facts/image/scan.hpp"
#include "support/fake_image.hpp"

namespace netpoll_shim {
namespace {

using namespace std::string_literals;
using test::FakeImage;
using test::FakeModule;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string modules = "lib/modules/"s + test::legacy_release;

// The paths below the module directory of those drivers that bind.
std::vector<std::string> bound(const FakeImage& image) {
    std::vector<std::string> paths;
    for (const ImageDriver& driver : image.kernel().drivers) {
        paths.push_back(driver.device.module->path.value_or("built in")
                            .substr(driver.device.module->path ? modules.size() + 1 : 0));
    }
    return paths;
}

TEST(ImageModules, AreFoundWhereverDistributionsPutThem) {
    for (const char* below :
         {"kernel/drivers/net/ethernet/amazon/ena/ena.ko", "kernel/drivers/amazon/net/ena/ena.ko",
          "updates/ena.ko", "updates/dkms/ena.ko.xz", "extra/ena/ena.ko.gz", "weak-updates/ena.ko",
          "kernel/drivers/net/ena.ko.zst", "misc/ena.ko"}) {
        const FakeImage image;
        image.add_module(below, test::fake_driver(false));
        EXPECT_THAT(bound(image), ElementsAre(below));
    }
    for (const char* below : {"kernel/drivers/usb/ena.ko", "kernel/net/ena.ko",
                              "kernel/drivers/net/ena.ko.old", "kernel/drivers/net/.ko"}) {
        const FakeImage image;
        image.add_module(below, test::fake_driver(false));
        EXPECT_THAT(bound(image), IsEmpty()) << below;
    }
}

TEST(ImageModules, OneNameIsOneModuleInTheOrderOfDepmod) {
    const std::vector<std::string> in_order = {
        "updates/ena.ko", "extra/ena.ko.gz", "kernel/drivers/net/ena.ko", "weak-updates/ena.ko.xz"};
    for (std::size_t first = 0; first < in_order.size(); first++) {
        const FakeImage image;
        for (std::size_t i = first; i < in_order.size(); i++) {
            image.add_module(in_order[i], test::fake_driver(false));
        }
        EXPECT_THAT(bound(image), ElementsAre(in_order[first]));
        EXPECT_EQ(image.kernel().notes.size(), in_order.size() - first - 1);
    }
}

TEST(ImageModules, DashAndUnderscoreAreTheSame) {
    const FakeImage image;
    image.add_module("kernel/drivers/net/xen-netfront.ko", test::fake_driver(true));
    image.add_module("updates/xen_netfront.ko", test::fake_driver(false));
    ASSERT_THAT(bound(image), ElementsAre("updates/xen_netfront.ko"));
    EXPECT_EQ(image.kernel().drivers.front().device.driver->value, "xen_netfront");
    EXPECT_THAT(image.kernel().notes,
                ElementsAre(modules + "/kernel/drivers/net/xen-netfront.ko does not count: " +
                            modules + "/updates/xen_netfront.ko comes before it"));
}

TEST(ImageModules, WeakUpdatesAreLinksToAnotherRelease) {
    const FakeImage image;
    FakeModule driver = test::fake_driver(false);
    driver.modinfo = {{"alias", "xen:vif"}, {"version", "2.0"}, {"vermagic", "5.0 SMP "}};
    image.write("lib/modules/5.0/extra/nic/nic.ko", driver.bytes());
    image.link(modules + "/weak-updates/nic/nic.ko", "/lib/modules/5.0/extra/nic/nic.ko");
    image.link(modules + "/weak-updates/nic/gone.ko", "/lib/modules/4.0/extra/nic/gone.ko");
    EXPECT_THAT(bound(image), ElementsAre("weak-updates/nic/nic.ko"));
    const ImageKernel kernel = image.kernel();
    ASSERT_EQ(kernel.drivers.size(), 1U);
    EXPECT_EQ(kernel.drivers.front().device.module->vermagic.value().value, "5.0 SMP ");
    EXPECT_THAT(kernel.drivers.front().binds, ElementsAre("xen:vif"));
}

TEST(ImageModules, TellWhatTheirFilesTell) {
    const FakeImage image;
    FakeModule driver = test::fake_driver(true);
    driver.modinfo.emplace_back("version", "2.1.0K");
    driver.is_signed = true;
    image.add_module("kernel/drivers/net/ena.ko.xz", driver);
    image.add_vmlinuz({});
    const ImageKernel kernel = image.kernel();
    ASSERT_EQ(kernel.drivers.size(), 1U);
    const DriverModule& module = *kernel.drivers.front().device.module;
    EXPECT_EQ(module.name, "ena");
    EXPECT_EQ(module.version.value().value, "2.1.0K");
    EXPECT_EQ(module.srcversion.value().value, "0123456789ABCDEF");
    EXPECT_EQ(module.vermagic.value().value, test::legacy_vermagic);
    EXPECT_TRUE(module.in_tree.value().value);
    EXPECT_TRUE(module.is_signed.value().value);
    EXPECT_EQ(module.object.value().hook.value().value, true);
    EXPECT_THAT(module.object->hook->source, HasSubstr("ena.ko.xz: ndo_poll_controller is set"));
    EXPECT_EQ(kernel.facts.machine, "x86_64");
    EXPECT_EQ(kernel.drivers.front().device.name, "");
}

TEST(ImageModules, TheLayoutComesFromTheShimElseFromTheKernel) {
    const FakeImage image;
    image.add_module("updates/ena.ko", test::fake_driver(false));
    const auto object = [&] { return image.kernel().drivers.at(0).device.module->object.value(); };
    EXPECT_FALSE(object().hook);
    EXPECT_THAT(object().undecided, HasSubstr("neither a netpoll_shim for this kernel nor"));
    image.add_vmlinuz({}, false);
    EXPECT_THAT(object().undecided, HasSubstr("no BTF"));
    image.add_vmlinuz({});
    EXPECT_EQ(object().hook.value().value, false);
    image.remove("boot");
    image.add_module("updates/netpoll_shim.ko", test::fake_shim());
    EXPECT_EQ(object().hook.value().value, false);
    // That of another kernel tells nothing of this one's.
    image.add_module("updates/netpoll_shim.ko", test::fake_shim("5.0 SMP mod_unload "));
    EXPECT_FALSE(object().hook);
}

TEST(ImageModules, ThatCannotBeReadAreReportedAndStopNothing) {
    const FakeImage image;
    image.add_module("kernel/drivers/net/good.ko", test::fake_driver(false));
    image.write(modules + "/kernel/drivers/net/bad.ko", "not a module");
    image.write(modules + "/kernel/drivers/net/cut.ko.xz",
                test::compressed_for(".xz", std::string(9999, 'x')).substr(0, 40));
    // Several frames in a row are one file.
    const std::string frame = test::compressed_for(".zst", std::string(32U << 20U, '\0'));
    std::string bomb;
    for (std::size_t size = 0; size <= max_module_size; size += 32U << 20U) {
        bomb += frame;
    }
    image.write(modules + "/kernel/drivers/net/bomb.ko.zst", bomb);
    const ImageKernel kernel = image.kernel();
    ASSERT_EQ(kernel.drivers.size(), 4U);
    const auto undecided = [&](std::size_t i) {
        return kernel.drivers[i].device.module->object->undecided;
    };
    EXPECT_EQ(undecided(0), modules + "/kernel/drivers/net/bad.ko: not an ELF file");
    EXPECT_THAT(undecided(1), HasSubstr("bomb.ko.zst: its contents are larger than 256 MiB"));
    EXPECT_THAT(undecided(2), HasSubstr("cut.ko.xz: its xz data are damaged or truncated"));
    EXPECT_THAT(kernel.drivers[0].binds, IsEmpty());
    EXPECT_FALSE(kernel.drivers[3].binds.empty());
    EXPECT_FALSE(kernel.drivers[0].device.module->in_tree);
}

TEST(ImageModules, AllDriversAreThoseOfDevices) {
    const FakeImage image;
    FakeModule driver = test::fake_driver(true);
    driver.modinfo = {{"alias", "usb:v0B95p*"}};
    image.add_module("kernel/drivers/net/usb_nic.ko", driver);
    FakeModule stacked = test::fake_driver(true);
    stacked.modinfo = {{"alias", "rtnl-link-bond"}};
    image.add_module("kernel/drivers/net/bonding.ko", stacked);
    FakeModule phy = driver;
    phy.undefined.clear();
    image.add_module("kernel/drivers/net/phy.ko", phy);
    EXPECT_THAT(bound(image), IsEmpty());
    ImageQuery query = test::ec2_query();
    query.all_drivers = true;
    const ImageKernel kernel = image.kernel(query);
    ASSERT_EQ(kernel.drivers.size(), 1U);
    EXPECT_EQ(kernel.drivers.front().device.module->name, "usb_nic");
    EXPECT_THAT(kernel.drivers.front().binds, IsEmpty());
    EXPECT_EQ(kernel.unbound.size(), query.modaliases.size());
}

TEST(ImageModules, BuiltInOnesCountBeforeFiles) {
    const FakeImage image;
    image.write(modules + "/modules.builtin",
                "kernel/drivers/net/ethernet/amazon/ena/ena.ko\nkernel/fs/ext4.ko\n");
    image.write(modules + "/modules.builtin.modinfo",
                "ext4.alias=fs-ext4\0ena.version=2.1.0K\0ena.alias=pci:v00001D0Fd0000EC20sv*\0"
                "ena.nothing\0.x=y\0"s);
    const ImageKernel kernel = image.kernel();
    ASSERT_EQ(kernel.drivers.size(), 1U);
    const DriverModule& module = *kernel.drivers.front().device.module;
    EXPECT_TRUE(module.is_built_in);
    EXPECT_EQ(module.version.value().value, "2.1.0K");
    EXPECT_TRUE(module.in_tree.value().value);
    EXPECT_FALSE(module.path);
    EXPECT_THAT(module.object.value().undecided, HasSubstr("built in"));
    EXPECT_EQ(kernel.drivers.front().binds.size(), 1U);
    EXPECT_THAT(kernel.notes, ElementsAre(HasSubstr("no module at all")));

    image.add_module("updates/ena.ko", test::fake_driver(false));
    EXPECT_THAT(bound(image), ElementsAre("built in"));
    EXPECT_THAT(image.kernel().notes,
                ElementsAre(modules + "/updates/ena.ko does not count: ena is built in"));
}

TEST(ImageModules, ModinfoOfBuiltInOnesIsTakenApart) {
    const auto modinfo = parse_built_in_modinfo("a-b.alias=x.y=z\0a_b.alias=2\0c.d=\0\0e"s);
    ASSERT_EQ(modinfo.size(), 2U);
    EXPECT_EQ(modinfo.at("a_b").count("alias"), 2U);
    EXPECT_EQ(modinfo.at("a_b").begin()->second, "x.y=z");
    EXPECT_EQ(modinfo.at("c").find("d")->second, "");
}

TEST(ImageModules, SourceTreesAreNotSearched) {
    const FakeImage image;
    image.add_module("build/drivers/net/ena.ko", test::fake_driver(false));
    image.add_module("source/drivers/net/ena.ko", test::fake_driver(false));
    EXPECT_THAT(bound(image), IsEmpty());
}

TEST(ImageModules, OfAnotherReleaseAreNoted) {
    const FakeImage image;
    FakeModule driver = test::fake_driver(false);
    driver.modinfo = {{"vermagic", "5.0 SMP "}};
    image.add_module("updates/nic.ko", driver);
    EXPECT_THAT(image.kernel().notes, IsEmpty());
    image.add_module("kernel/drivers/net/nic2.ko", driver);
    EXPECT_THAT(image.kernel().notes,
                ElementsAre(modules + "/kernel/drivers/net/nic2.ko was built for 5.0, not for "
                                      "6.1.192-legacy"));
}

TEST(ImageModules, ATreeWithoutEndIsWalkedToSomeDepth) {
    const FakeImage image;
    std::string deep = "updates";
    for (int i = 0; i < 60; i++) {
        deep += "/d";
    }
    image.add_module(deep + "/ena.ko", test::fake_driver(false));
    image.add_module("updates/d/nic.ko", test::fake_driver(false));
    image.link(modules + "/updates/loop", ".");
    EXPECT_THAT(bound(image), ElementsAre("updates/d/nic.ko"));
}

}  // namespace
}  // namespace netpoll_shim
