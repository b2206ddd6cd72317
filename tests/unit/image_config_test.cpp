// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/config.hpp"

#include <gmock/gmock.h>

#include "support/fake_image.hpp"

namespace netpoll_shim {
namespace {

using test::FakeImage;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string modules = std::string("lib/modules/") + test::legacy_release;
const std::string boot_config = std::string("boot/config-") + test::legacy_release;

TEST(KernelConfig, TellsWhatIsSet) {
    const auto config = KernelConfig::parse(
        "CONFIG_A=y\nCONFIG_MODULES=y\n#CONFIG_C=y\n# CONFIG_B is not set\nCONFIG_NETCONSOLE=m\n"
        "CONFIG_LOCALVERSION=\"-x\"\r\nCONFIG_AB=y",
        "config");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->get("A"), "y");
    EXPECT_EQ(config->get("NETCONSOLE"), "m");
    EXPECT_EQ(config->get("LOCALVERSION"), "\"-x\"");
    EXPECT_EQ(config->get("AB"), "y");
    for (const char* unset : {"B", "C", "NETCON", ""}) {
        EXPECT_EQ(config->get(unset), std::nullopt) << unset;
    }
    EXPECT_TRUE(config->is_set("A"));
    EXPECT_FALSE(config->is_set("NETCONSOLE"));
    EXPECT_FALSE(KernelConfig::parse("not one", "config"));
}

TEST(KernelConfig, IsTakenFromTheFirstPlaceThatHasOne) {
    const FakeImage image;
    const auto sig_enforce = [&] { return image.kernel().facts.sig_enforce; };
    EXPECT_FALSE(sig_enforce());
    image.link(modules + "/build", "/usr/src/tree");
    image.write("usr/src/tree/.config", "CONFIG_MODULES=y\n");
    ASSERT_TRUE(sig_enforce());
    EXPECT_FALSE(sig_enforce()->value);
    EXPECT_EQ(sig_enforce()->source, modules + "/build/.config");
    image.write(modules + "/config", "CONFIG_MODULES=y\nCONFIG_MODULE_SIG_FORCE=y\n");
    EXPECT_TRUE(sig_enforce()->value);
    EXPECT_EQ(sig_enforce()->source, modules + "/config");
    image.write(boot_config, "nothing\n");
    EXPECT_EQ(sig_enforce()->source, modules + "/config");
    image.write(boot_config, "CONFIG_MODULES=y\n");
    EXPECT_EQ(sig_enforce()->source, boot_config);
}

TEST(KernelConfig, TellsWhatKeepsModulesOut) {
    const FakeImage image;
    image.write(boot_config, "CONFIG_MODULES=y\nCONFIG_LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY=y\n");
    KernelFacts facts = image.kernel().facts;
    EXPECT_EQ(facts.lockdown.value().value, "confidentiality");
    EXPECT_FALSE(facts.modules_disabled.value().value);
    image.write(boot_config, "# CONFIG_MODULES is not set\n");
    facts = image.kernel().facts;
    EXPECT_FALSE(facts.lockdown);
    EXPECT_TRUE(facts.modules_disabled.value().value);
    EXPECT_EQ(facts.modules_disabled->source, boot_config);
}

TEST(KernelConfig, TellsOfNetconsoleTogetherWithTheFiles) {
    const FakeImage image;
    const auto netconsole = [&] { return image.kernel().facts.netconsole; };
    EXPECT_FALSE(netconsole());
    image.write(boot_config, "CONFIG_MODULES=y\nCONFIG_NETCONSOLE=y\n");
    EXPECT_EQ(netconsole()->value, BuildKind::built_in);
    EXPECT_EQ(netconsole()->source, boot_config);
    image.write(boot_config, "CONFIG_MODULES=y\n");
    EXPECT_EQ(netconsole()->value, BuildKind::absent);
    // Where its package is not installed
    image.write(boot_config, "CONFIG_MODULES=y\nCONFIG_NETCONSOLE=m\n");
    EXPECT_EQ(netconsole()->value, BuildKind::absent);
    EXPECT_THAT(image.kernel().facts.contradictions,
                ElementsAre(HasSubstr("CONFIG_NETCONSOLE=m, " + boot_config)));
    image.add_module("kernel/drivers/net/netconsole.ko.zst", {});
    EXPECT_EQ(netconsole()->value, BuildKind::module);
    EXPECT_TRUE(image.kernel().facts.contradictions.empty());
    image.remove(boot_config);
    EXPECT_EQ(netconsole()->value, BuildKind::module);
    image.remove(modules + "/kernel/drivers");
    image.write(modules + "/modules.builtin", "kernel/drivers/net/netconsole.ko\n");
    EXPECT_EQ(netconsole()->value, BuildKind::built_in);
    EXPECT_EQ(netconsole()->source, modules + "/modules.builtin");
    image.write(modules + "/modules.builtin", "");
    EXPECT_EQ(netconsole()->value, BuildKind::absent);
}

}  // namespace
}  // namespace netpoll_shim
