// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/symbols.hpp"

#include <gmock/gmock.h>

#include "support/fake_image.hpp"
#include "support/object_writer.hpp"

namespace netpoll_shim {
namespace {

using test::FakeImage;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto debian_stub =
    "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n";

const std::string modules = std::string("lib/modules/") + test::legacy_release;

// In place of RELEASE and MODULES
std::string at(std::string path) {
    for (const auto& [word, value] : {std::pair<std::string, std::string>("MODULES", modules),
                                      {"RELEASE", test::legacy_release}}) {
        for (auto found = path.find(word); found != std::string::npos; found = path.find(word)) {
            path.replace(found, word.size(), value);
        }
    }
    return path;
}

void expect_demand(const FakeImage& image, HookDemand demand, const std::string& source) {
    const KernelFacts facts = image.kernel().facts;
    ASSERT_TRUE(facts.hook_demand) << source;
    EXPECT_EQ(facts.hook_demand->value, demand) << source;
    EXPECT_EQ(facts.hook_demand->source, source);
}

class SystemMap : public testing::TestWithParam<const char*> {};

TEST_P(SystemMap, TellsOfTheDemand) {
    const FakeImage image;
    image.write(at(GetParam()), test::demanding_system_map());
    expect_demand(image, HookDemand::demanded, at(GetParam()));
    image.write(at(GetParam()), test::undemanding_system_map());
    expect_demand(image, HookDemand::not_demanded, at(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, SystemMap,
                         testing::Values("boot/System.map-RELEASE", "MODULES/System.map",
                                         "usr/lib/debug/boot/System.map-RELEASE",
                                         "usr/lib/debug/lib/modules/RELEASE/System.map"));

class ModuleSymvers : public testing::TestWithParam<const char*> {};

TEST_P(ModuleSymvers, TellsOfTheDemand) {
    const FakeImage image;
    image.add_symvers(at(GetParam()), {{"__netpoll_setup", 1}, {"netpoll_poll_dev_x", 1}});
    expect_demand(image, HookDemand::demanded, at(GetParam()));
    image.add_symvers(at(GetParam()), {{"__netpoll_setup", 1}, {"netpoll_poll_dev", 0}});
    expect_demand(image, HookDemand::not_demanded, at(GetParam()));
    image.add_symvers(at(GetParam()), {});
    expect_demand(image, HookDemand::no_netpoll, at(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, ModuleSymvers,
                         testing::Values("MODULES/build/Module.symvers",
                                         "usr/src/linux-headers-RELEASE/Module.symvers",
                                         "usr/src/kernels/RELEASE/Module.symvers",
                                         "boot/symvers-RELEASE.gz", "boot/symvers-RELEASE.xz",
                                         "boot/symvers-RELEASE.zst", "MODULES/symvers.gz",
                                         "MODULES/symvers.xz"));

TEST(ImageSymbols, AreFoundThroughTheLinkToTheBuildTree) {
    const FakeImage image;
    image.link(modules + "/build", "/usr/src/tree");
    image.add_symvers("usr/src/tree/Module.symvers", {{"netpoll_setup", 1}});
    expect_demand(image, HookDemand::demanded, modules + "/build/Module.symvers");
}

TEST(ImageSymbols, ComeFromVmlinuzWhereNothingElseTells) {
    const FakeImage image;
    const std::string vmlinuz = at("boot/vmlinuz-RELEASE");
    image.add_vmlinuz({"register_netdevice", "netpoll_setup"});
    expect_demand(image, HookDemand::demanded, vmlinuz);
    image.add_vmlinuz({"register_netdevice", "netpoll_setup", "netpoll_poll_dev"});
    expect_demand(image, HookDemand::not_demanded, vmlinuz);
    image.add_vmlinuz({"register_netdevice"});
    expect_demand(image, HookDemand::no_netpoll, vmlinuz);
    // Of a kernel whose exports are not told
    image.add_vmlinuz({"other"});
    const KernelFacts facts = image.kernel().facts;
    EXPECT_FALSE(facts.hook_demand);
    EXPECT_THAT(facts.telling_nothing, ElementsAre(HasSubstr(vmlinuz + ": it tells neither")));
}

TEST(ImageSymbols, ComeFromTheSymbolTableOfVmlinux) {
    for (const bool demands : {true, false}) {
        test::ObjectWriter writer;
        const auto code = writer.add_section(".text", "\xc3", SHF_ALLOC | SHF_EXECINSTR);
        const auto add = [&](const char* name, unsigned char binding) {
            writer.add_symbol(name, code, 0, 1, STT_FUNC, binding);
        };
        add("register_netdevice", STB_GLOBAL);
        add("__netpoll_setup", STB_GLOBAL);
        add("netpoll_poll_dev", demands ? STB_LOCAL : STB_GLOBAL);
        const FakeImage image;
        image.write(modules + "/vmlinux", writer.bytes());
        // Comes later
        image.add_vmlinuz({"register_netdevice"});
        expect_demand(image, demands ? HookDemand::demanded : HookDemand::not_demanded,
                      modules + "/vmlinux");
    }
}

TEST(ImageSymbols, AStubOfASystemMapIsNotOne) {
    const FakeImage image;
    image.write(at("boot/System.map-RELEASE"), debian_stub);
    KernelFacts facts = image.kernel().facts;
    EXPECT_FALSE(facts.hook_demand);
    EXPECT_THAT(facts.telling_nothing,
                ElementsAre(at("boot/System.map-RELEASE: a stub: the real one is in a debug "
                               "package")));
    image.add_vmlinuz({"register_netdevice", "netpoll_setup"});
    expect_demand(image, HookDemand::demanded, at("boot/vmlinuz-RELEASE"));
    // The real one, where the debug package put it
    image.write(at("usr/lib/debug/boot/System.map-RELEASE"), test::undemanding_system_map());
    expect_demand(image, HookDemand::not_demanded, at("usr/lib/debug/boot/System.map-RELEASE"));
}

TEST(ImageSymbols, WhatIsCutOffProvesNothing) {
    const std::string whole = test::undemanding_system_map();
    EXPECT_TRUE(demand_of_system_map(whole));
    EXPECT_FALSE(demand_of_system_map(whole.substr(0, whole.find("netpoll_poll_dev"))));
    EXPECT_FALSE(demand_of_system_map(whole.substr(whole.find('\n') + 1)));
    EXPECT_FALSE(demand_of_system_map(""));

    const FakeImage image;
    // A module's own
    image.write(modules + "/build/Module.symvers",
                "0x00000001\tena_x\tdrivers/ena\tEXPORT_SYMBOL\t\n");
    image.write(at("boot/symvers-RELEASE.gz"), "\x1f\x8b not gzip");
    const KernelFacts facts = image.kernel().facts;
    EXPECT_FALSE(facts.hook_demand);
    EXPECT_THAT(facts.telling_nothing,
                ElementsAre(modules + "/build/Module.symvers: it does not have the kernel's own "
                                      "symbols",
                            HasSubstr("damaged or truncated")));
}

TEST(ImageSymbols, TheFirstCountsAndWhoSaysOtherwiseIsNamed) {
    const FakeImage image;
    image.write(at("boot/System.map-RELEASE"), test::demanding_system_map());
    image.add_symvers(at("MODULES/build/Module.symvers"), {{"netpoll_poll_dev", 1}});
    image.write(at("boot/config-RELEASE"), "CONFIG_MODULES=y\n# CONFIG_NETPOLL is not set\n");
    expect_demand(image, HookDemand::demanded, at("boot/System.map-RELEASE"));
    EXPECT_THAT(image.kernel().facts.contradictions,
                ElementsAre(at("the kernel demands no ndo_poll_controller "
                               "(MODULES/build/Module.symvers); "
                               "boot/System.map-RELEASE says otherwise and counts"),
                            at("the kernel has no netpoll (boot/config-RELEASE); "
                               "boot/System.map-RELEASE says otherwise and counts")));
    image.write(at("boot/System.map-RELEASE"), test::undemanding_system_map());
    image.remove(at("boot/config-RELEASE"));
    EXPECT_THAT(image.kernel().facts.contradictions, IsEmpty());
}

TEST(ImageSymbols, TheConfigurationTellsOfNoNetpollIfNobodyElseDoes) {
    const FakeImage image;
    image.write(at("boot/config-RELEASE"), "CONFIG_MODULES=y\nCONFIG_NETPOLL=y\n");
    EXPECT_FALSE(image.kernel().facts.hook_demand);
    image.write(at("boot/config-RELEASE"), "CONFIG_MODULES=y\n");
    expect_demand(image, HookDemand::no_netpoll, at("boot/config-RELEASE"));
}

TEST(ImageSymbols, UnreadableImagesSayWhy) {
    const FakeImage image;
    image.write(at("boot/vmlinuz-RELEASE"), "BZh9 bzip2");
    const KernelFacts facts = image.kernel().facts;
    EXPECT_FALSE(facts.hook_demand);
    EXPECT_THAT(facts.telling_nothing, Contains(HasSubstr("compressed with bzip2")));
}

}  // namespace
}  // namespace netpoll_shim
