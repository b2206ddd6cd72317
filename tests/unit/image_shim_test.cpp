// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>

#include "facts/image/shim.hpp"
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
const std::string symvers = modules + "/build/Module.symvers";

// Another module of the kernel, which carries CRCs.
FakeModule neighbour(const std::vector<std::pair<std::string, std::uint32_t>>& versions,
                     const std::string& vermagic = test::legacy_vermagic) {
    FakeModule module;
    module.modinfo = {{"intree", "Y"}, {"vermagic", vermagic}};
    module.versions = versions;
    return module;
}

ShimFile shim_file(const FakeImage& image) {
    const ShimFacts facts = image.kernel().shim;
    EXPECT_TRUE(facts.file);
    return facts.file.value_or(ShimFile());
}

TEST(ImageShim, IsSearchedAmongTheKernelsModules) {
    const FakeImage image;
    ShimFacts facts = image.kernel().shim;
    EXPECT_FALSE(facts.file);
    EXPECT_EQ(facts.searched, modules);
    EXPECT_EQ(facts.unreadable, "");

    image.add_module("updates/dkms/netpoll_shim.ko.xz", test::fake_shim());
    image.add_module("extra/netpoll-shim.ko", {});
    facts = image.kernel().shim;
    EXPECT_EQ(facts.file.value().path, modules + "/updates/dkms/netpoll_shim.ko.xz");
    EXPECT_EQ(facts.file->version, "0.1.0");
    EXPECT_FALSE(facts.file->is_signed);
    // It is no driver.
    EXPECT_THAT(image.kernel().drivers, IsEmpty());

    image.write(modules + "/updates/netpoll_shim.ko", "bad");
    image.remove(modules + "/updates/dkms");
    facts = image.kernel().shim;
    EXPECT_FALSE(facts.file);
    EXPECT_EQ(facts.unreadable, modules + "/updates/netpoll_shim.ko: not an ELF file");
}

TEST(ImageShim, VermagicIsComparedWithTheKernelsOwnModules) {
    const FakeImage image;
    image.add_module("updates/netpoll_shim.ko", test::fake_shim());
    EXPECT_EQ(shim_file(image).fit, VermagicFit::release_fits);
    image.add_module("updates/other.ko", neighbour({}, "6.1.192-legacy SMP preempt "));
    EXPECT_EQ(shim_file(image).fit, VermagicFit::differs);
    EXPECT_FALSE(shim_file(image).fits());
    EXPECT_EQ(shim_file(image).expected_vermagic, "6.1.192-legacy SMP preempt ");
    // What came with the kernel counts more.
    image.add_module("kernel/drivers/net/nic.ko", neighbour({}));
    EXPECT_EQ(shim_file(image).fit, VermagicFit::fits);
    image.add_module("updates/netpoll_shim.ko", test::fake_shim("5.0 SMP mod_unload "));
    EXPECT_EQ(shim_file(image).fit, VermagicFit::differs);
}

TEST(ImageShim, SymbolsAreLookedUpInModuleSymvers) {
    const FakeImage image;
    image.add_module("updates/netpoll_shim.ko", test::fake_shim());
    // Module.symvers comes before what other modules carry.
    image.add_module("kernel/drivers/net/nic.ko", neighbour({{"printk", 0x99}}));
    image.add_symvers(symvers, {{"netif_napi_add", 0x11}, {"printk", 0x22}});
    SymbolFit symbols = shim_file(image).symbols.value();
    EXPECT_TRUE(symbols.is_proof());
    EXPECT_EQ(symbols.source, symvers);
    EXPECT_TRUE(shim_file(image).fits());

    image.add_symvers(symvers, {{"netif_napi_add", 0x12}});
    symbols = shim_file(image).symbols.value();
    EXPECT_THAT(symbols.missing, ElementsAre("printk"));
    EXPECT_THAT(symbols.crc_differs, ElementsAre("netif_napi_add"));
    EXPECT_THAT(symbols.unchecked, IsEmpty());
    EXPECT_TRUE(symbols.contradicts());
    EXPECT_FALSE(shim_file(image).fits());

    // A kernel without CONFIG_MODVERSIONS
    image.add_symvers(symvers, {{"netif_napi_add", 0}, {"printk", 0}});
    EXPECT_TRUE(shim_file(image).symbols->is_proof());
}

TEST(ImageShim, WithoutModuleSymversTheOtherModulesTell) {
    const FakeImage image;
    image.add_module("updates/netpoll_shim.ko", test::fake_shim());
    image.add_module("kernel/drivers/net/a.ko", neighbour({{"printk", 0x22}}));
    SymbolFit symbols = shim_file(image).symbols.value();
    EXPECT_THAT(symbols.unchecked, ElementsAre("netif_napi_add"));
    EXPECT_FALSE(symbols.contradicts());
    EXPECT_FALSE(symbols.is_proof());
    EXPECT_THAT(symbols.source, HasSubstr("other modules"));
    EXPECT_TRUE(shim_file(image).fits());

    image.add_module("kernel/drivers/net/b.ko.gz", neighbour({{"netif_napi_add", 0x33}}));
    symbols = shim_file(image).symbols.value();
    EXPECT_THAT(symbols.crc_differs, ElementsAre("netif_napi_add"));
    EXPECT_THAT(symbols.unchecked, IsEmpty());
    EXPECT_FALSE(shim_file(image).fits());

    // Built for another kernel, it tells nothing of this one.
    image.add_module("kernel/drivers/net/b.ko.gz",
                     neighbour({{"netif_napi_add", 0x33}}, "5.0 SMP mod_unload "));
    EXPECT_THAT(shim_file(image).symbols->unchecked, ElementsAre("netif_napi_add"));
}

TEST(ImageShim, WithoutCrcsTheKernelTellsOfNames) {
    const FakeImage image;
    FakeModule shim = test::fake_shim();
    shim.versions.clear();
    image.add_module("updates/netpoll_shim.ko", shim);
    EXPECT_THAT(shim_file(image).symbols->unchecked, ElementsAre("netif_napi_add", "printk"));
    EXPECT_THAT(shim_file(image).symbols->source, HasSubstr("no Module.symvers"));
    image.add_vmlinuz({"register_netdevice", "printk"});
    EXPECT_THAT(shim_file(image).symbols->unchecked, ElementsAre("netif_napi_add"));
    image.add_symvers(symvers, {{"netif_napi_add", 0x77}, {"printk", 0x88}});
    EXPECT_TRUE(shim_file(image).symbols->is_proof());
}

class ForAnotherRelease : public testing::Test {
  protected:
    ForAnotherRelease() {
        image.write("lib/modules/6.0/extra/netpoll_shim.ko",
                    test::fake_shim("6.0 SMP mod_unload ").bytes());
        image.link(modules + "/weak-updates/netpoll_shim.ko",
                   "/lib/modules/6.0/extra/netpoll_shim.ko");
        image.add_module("kernel/drivers/net/a.ko", neighbour({{"printk", 0x22}}));
    }
    FakeImage image;
};

TEST_F(ForAnotherRelease, FitsWhereEveryCrcIsTheKernels) {
    EXPECT_EQ(shim_file(image).fit, VermagicFit::differs);
    image.add_module("kernel/drivers/net/b.ko", neighbour({{"netif_napi_add", 0x11}}));
    EXPECT_EQ(shim_file(image).fit, VermagicFit::crcs_fit);
    EXPECT_TRUE(shim_file(image).fits());
    EXPECT_EQ(shim_file(image).path, modules + "/weak-updates/netpoll_shim.ko");
    image.add_module("kernel/drivers/net/b.ko", neighbour({{"netif_napi_add", 0x12}}));
    EXPECT_EQ(shim_file(image).fit, VermagicFit::differs);
}

TEST_F(ForAnotherRelease, DoesNotFitWhereFlagsDifferOrItCarriesNoCrcs) {
    image.add_symvers(symvers, {{"netif_napi_add", 0x11}, {"printk", 0x22}});
    EXPECT_EQ(shim_file(image).fit, VermagicFit::crcs_fit);
    FakeModule shim = test::fake_shim("6.0 SMP preempt mod_unload ");
    image.write("lib/modules/6.0/extra/netpoll_shim.ko", shim.bytes());
    EXPECT_EQ(shim_file(image).fit, VermagicFit::differs);
    shim = test::fake_shim("6.0 SMP mod_unload ");
    shim.versions.clear();
    image.write("lib/modules/6.0/extra/netpoll_shim.ko", shim.bytes());
    EXPECT_EQ(shim_file(image).fit, VermagicFit::differs);
}

TEST(ImageShim, AFileFromElsewhereTakesItsPlace) {
    const FakeImage image;
    image.add_module("updates/netpoll_shim.ko", {});
    image.add_symvers(symvers, {{"netif_napi_add", 0x11}});
    ImageQuery query = test::ec2_query();
    query.shim_file = ModuleFile::parse(test::fake_shim().bytes(), "/elsewhere/x.ko").value();
    const ShimFile file = image.kernel(query).shim.file.value();
    EXPECT_EQ(file.path, "/elsewhere/x.ko");
    EXPECT_THAT(file.symbols.value().missing, ElementsAre("printk"));
}

}  // namespace
}  // namespace netpoll_shim
