// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/objects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "commands/check.hpp"
#include "support/btf_writer.hpp"
#include "support/fake_kernel.hpp"
#include "support/object_writer.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

constexpr Elf64_Addr start_xmit = 32;
constexpr Elf64_Addr poll_controller = 40;

// eth0 and eth1 of a driver that the database does not know, on a kernel that demands the hook.
class DriverObjects : public testing::Test {
  protected:
    void SetUp() override {
        kernel.host.add_device("eth0", "nic_new");
        kernel.host.add_device("eth1", "nic_new");
        install_driver({start_xmit});
    }

    void install_driver(const std::vector<Elf64_Addr>& members,
                        const test::ModinfoPairs& modinfo = {{"license", "GPL"}}) const {
        kernel.host.install_module("nic_new", modinfo);
        test::OpsObject object;
        object.add_table("nic_ops", members);
        object.writer.add_section(".modinfo", test::modinfo_section(modinfo));
        std::ofstream(driver_path(), std::ios::binary) << object.writer.bytes();
    }

    std::string driver_path() const {
        return kernel.host.path("lib/modules/6.1.192-legacy/extra/nic_new.ko").string();
    }

    static test::ModinfoPairs small_shim(const std::string& vermagic = test::legacy_vermagic) {
        return {{"net_device_ops_size", "64"},
                {"ndo_start_xmit_offset", "32"},
                {"ndo_poll_controller_offset", "40"},
                {"ndo_netpoll_setup_offset", "48"},
                {"vermagic", vermagic}};
    }

    void add_btf() const { kernel.host.write("sys/kernel/btf/vmlinux", test::small_btf()); }

    Survey survey(const std::optional<std::string>& module_file = std::nullopt) {
        return check({{}, false, false, module_file}, kernel.context()).value().survey;
    }

    static DriverObject object_of(const Survey& survey, std::size_t device = 0) {
        const auto& module = survey.devices.at(device).module;
        EXPECT_TRUE(module && module->object);
        return module && module->object ? *module->object : DriverObject{};
    }

    static bool looked_into(const Survey& survey) {
        return survey.devices.at(0).module->object.has_value();
    }

    test::FakeKernel kernel;
};

TEST_F(DriverObjects, AreReadByTheLayoutOfTheShim) {
    kernel.host.install_module("netpoll_shim", small_shim());
    const Survey result = survey();
    for (const std::size_t device : {0, 1}) {
        const DriverObject object = object_of(result, device);
        ASSERT_TRUE(object.hook && object.netpoll_setup);
        EXPECT_FALSE(object.hook->value);
        EXPECT_FALSE(object.netpoll_setup->value);
        EXPECT_EQ(object.hook->source,
                  "object " + driver_path() + ": ndo_poll_controller is not set in nic_ops");
    }
    EXPECT_EQ(result.verdicts[0].rests_on(Question::hook), Evidence::driver_object);
}

TEST_F(DriverObjects, WithTheHookAreNative) {
    install_driver({start_xmit, poll_controller});
    kernel.host.install_module("netpoll_shim", small_shim());
    EXPECT_EQ(survey().verdicts[0].kind, VerdictKind::native);
}

TEST_F(DriverObjects, AreReadByTheLayoutOfANamedShim) {
    const std::string named = kernel.host.path("my/shim.ko").string();
    test::write_fake_module(named, small_shim());
    EXPECT_TRUE(object_of(survey(named)).hook);
    EXPECT_FALSE(object_of(survey()).hook);
}

TEST_F(DriverObjects, AreReadByBtfWithoutAShimForThisKernel) {
    kernel.host.install_module("netpoll_shim", small_shim("5.10.0 SMP "));
    EXPECT_THAT(object_of(survey()).undecided,
                HasSubstr("neither netpoll_shim.ko for this kernel nor BTF"));
    add_btf();
    EXPECT_TRUE(object_of(survey()).hook);
}

TEST_F(DriverObjects, AreNotReadWhereTheKernelDemandsNothing) {
    add_btf();
    EXPECT_TRUE(looked_into(survey()));
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    EXPECT_FALSE(looked_into(survey()));
    // It may.
    kernel.host.remove("proc/kallsyms");
    EXPECT_TRUE(looked_into(survey()));
}

TEST_F(DriverObjects, AreThoseOfTheLoadedModule) {
    add_btf();
    install_driver({start_xmit}, {{"srcversion", "NEW"}});
    EXPECT_TRUE(looked_into(survey()));
    kernel.host.write("sys/module/nic_new/srcversion", "OLD\n");
    EXPECT_FALSE(looked_into(survey()));
}

TEST_F(DriverObjects, SayWhyTheyCannotTell) {
    add_btf();
    kernel.host.install_module("nic_new", {{"license", "GPL"}});
    const DriverObject object = object_of(survey());
    EXPECT_FALSE(object.hook);
    EXPECT_THAT(object.undecided, HasSubstr("no symbol table"));
}

}  // namespace
}  // namespace netpoll_shim
