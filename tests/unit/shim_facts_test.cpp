// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/shim.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "facts/live/device.hpp"
#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

struct Vermagic {
    const char* module;
    std::optional<std::string> reference;
    VermagicFit expected;
};

class CompareVermagic : public testing::TestWithParam<Vermagic> {};

TEST_P(CompareVermagic, LooksAtTheReleaseAndThenAtTheFlags) {
    EXPECT_EQ(compare_vermagic(GetParam().module, "6.1.0-x", GetParam().reference),
              GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CompareVermagic,
    testing::Values(
        Vermagic{"6.1.0-x SMP mod_unload ", std::nullopt, VermagicFit::release_fits},
        Vermagic{"6.1.0-x SMP mod_unload ", "6.1.0-x SMP mod_unload ", VermagicFit::fits},
        Vermagic{"6.1.0-x SMP mod_unload", "6.1.0-x SMP mod_unload ", VermagicFit::fits},
        Vermagic{"6.1.0-x SMP preempt mod_unload ", "6.1.0-x SMP mod_unload ",
                 VermagicFit::differs},
        Vermagic{"6.1.0-y SMP mod_unload ", std::nullopt, VermagicFit::differs},
        Vermagic{"6.1.0-y SMP mod_unload ", "6.1.0-x SMP mod_unload ", VermagicFit::differs},
        Vermagic{"6.1.0-xy SMP", std::nullopt, VermagicFit::differs},
        Vermagic{"6.1.0-x", "6.1.0-x SMP", VermagicFit::differs},
        Vermagic{"", std::nullopt, VermagicFit::differs}));

ShimFacts gather(const test::FakeHost& host,
                 const std::optional<std::string>& file = std::nullopt) {
    ModuleFiles files(host.sources().module_directory());
    const auto devices = gather_devices(host.sources(), files);
    return gather_shim(host.sources(), devices.value(), file).value();
}

TEST(ShimFacts, WithoutFileAndModule) {
    const test::FakeHost host;
    const ShimFacts facts = gather(host);
    EXPECT_FALSE(facts.file);
    EXPECT_FALSE(facts.loaded);
    EXPECT_EQ(facts.searched, host.path("lib/modules/6.1.192-legacy"));
}

TEST(ShimFacts, OfAnInstalledFile) {
    const test::FakeHost host;
    host.install_module("netpoll_shim", test::shim_modinfo(test::legacy_vermagic));
    const ShimFacts facts = gather(host);
    ASSERT_TRUE(facts.file);
    EXPECT_EQ(facts.file->path, host.path("lib/modules/6.1.192-legacy/extra/netpoll_shim.ko"));
    EXPECT_EQ(facts.file->version, "0.1.0");
    EXPECT_EQ(facts.file->vermagic, test::legacy_vermagic);
    EXPECT_EQ(facts.file->fit, VermagicFit::release_fits);
    EXPECT_EQ(facts.file->ndo_poll_controller_offset, 232U);
    EXPECT_EQ(facts.file->net_device_ops_size, 640U);
    EXPECT_FALSE(facts.file->is_signed);
}

TEST(ShimFacts, CompareTheVermagicWithTheDriversModule) {
    const test::FakeHost host;
    host.add_device("eth0", "ena");
    host.install_module("ena", {{"vermagic", "6.1.192-legacy SMP preempt "}});
    host.install_module("netpoll_shim", test::shim_modinfo(test::legacy_vermagic));
    const ShimFacts facts = gather(host);
    ASSERT_TRUE(facts.file);
    EXPECT_EQ(facts.file->fit, VermagicFit::differs);
    EXPECT_EQ(facts.file->expected_vermagic, "6.1.192-legacy SMP preempt ");
}

TEST(ShimFacts, OfANamedFile) {
    const test::FakeHost host;
    const auto file = host.path("tmp/netpoll_shim.ko");
    test::write_fake_module(file, test::shim_modinfo("4.4.0 SMP "));
    const ShimFacts facts = gather(host, file.string());
    ASSERT_TRUE(facts.file);
    EXPECT_EQ(facts.file->path, file);
    EXPECT_EQ(facts.file->fit, VermagicFit::differs);
    EXPECT_EQ(facts.file->expected_vermagic, "6.1.192-legacy");
}

TEST(ShimFacts, OfASignedFile) {
    const test::FakeHost host;
    const auto file = host.path("tmp/netpoll_shim.ko");
    test::write_fake_module(file, test::shim_modinfo(test::legacy_vermagic));
    // struct module_signature (include/linux/module_signature.h) without PKCS#7: algo, hash,
    // id_type, signer_len, key_id_len, 3 padding bytes, sig_len in big endian.
    const std::string signature(
        "SIGNER"
        "KEY"
        "SIG"
        "\1\4\1\6\3\0\0\0\0\0\0\3",
        24);
    std::ofstream(file, std::ios::app | std::ios::binary)
        << signature << "~Module signature appended~\n";
    const ShimFacts facts = gather(host, file.string());
    ASSERT_TRUE(facts.file);
    EXPECT_TRUE(facts.file->is_signed);
}

TEST(ShimFacts, RefuseANamedFileThatIsNotTheModule) {
    const test::FakeHost host;
    const auto error = [&](const std::string& file) {
        const auto facts = gather_shim(host.sources(), {}, host.path(file).string());
        return facts ? std::string() : facts.error().message;
    };
    host.write("text.ko", "no module\n");
    test::write_fake_module(host.path("other.ko"), {{"version", "1"}});
    EXPECT_NE(error("missing.ko").find("no such file"), std::string::npos);
    EXPECT_NE(error("text.ko").find("not the netpoll_shim"), std::string::npos);
    EXPECT_NE(error("other.ko").find("not the netpoll_shim"), std::string::npos);
}

TEST(ShimFacts, OfTheLoadedModule) {
    const test::FakeHost host;
    host.load_shim("ena=drain", 2, true);
    const auto loaded = gather_loaded_shim(host.sources().paths);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->version, "0.1.0");
    EXPECT_EQ(loaded->policy, "ena=drain");
    EXPECT_EQ(loaded->refcnt, 2U);
    EXPECT_TRUE(loaded->dry_run);
}

TEST(ShimFacts, OfAModuleThatIsGoingAway) {
    const test::FakeHost host;
    host.load_shim("ena=drain");
    host.write("sys/module/netpoll_shim/initstate", "going\n");
    EXPECT_FALSE(gather_loaded_shim(host.sources().paths));
}

}  // namespace
}  // namespace netpoll_shim
