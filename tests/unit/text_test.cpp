// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

struct SampleKernel : test::FakeKernel {
    SampleKernel() {
        host.add_device("eth0", "nic_a");
        host.set_module("nic_a", "2.0", "O");
        host.install_module("netpoll_shim", test::shim_modinfo(test::legacy_vermagic));
    }
};

TEST(Text, OfCheckHasHostTableAndExplanation) {
    SampleKernel kernel;
    kernel.host.write("sys/module/module/parameters/sig_enforce", "Y\n");
    const std::string text = render_text(check({}, kernel.context()).value());
    EXPECT_THAT(text, HasSubstr("kernel  6.1.192-legacy x86_64, demands the hook"));
    EXPECT_THAT(text, HasSubstr("modules must be signed"));
    EXPECT_THAT(text, HasSubstr("shim    not loaded; "));
    EXPECT_THAT(text, ContainsRegex("INTERFACE +DRIVER +VERSION +VERDICT +MODE +STATE\n"));
    EXPECT_THAT(text, ContainsRegex("eth0 +nic_a +2.0 +shim +drain +not served\n"));
    EXPECT_THAT(text, HasSubstr("  contradiction: "));
    EXPECT_THAT(text, HasSubstr("\n  do: netpoll-shim load\n"));
}

TEST(Text, OfCheckExplainsGuard) {
    SampleKernel kernel;
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    kernel.host.add_device("eth1", "nic_c");
    kernel.host.set_module("nic_c", "2.0", "O");
    std::string text = render_text(check({}, kernel.context()).value());
    EXPECT_THAT(text, ContainsRegex("eth0 +nic_a +2.0 +native +- +-\n"));
    EXPECT_THAT(text, ContainsRegex("eth1 +nic_c +2.0 +shim +guard +not served\n"));
    EXPECT_THAT(text, HasSubstr("guard polls it with a budget of 1"));
    EXPECT_THAT(text, HasSubstr("\n  do: netpoll-shim load\n  or: upgrade nic_c"));
    kernel.host.load_shim("nic_c=guard");
    kernel.host.serve("eth1", "guard");
    text = render_text(check({}, kernel.context()).value());
    EXPECT_THAT(text, ContainsRegex("eth1 .* guard +served\n"));
    EXPECT_THAT(text, Not(HasSubstr("\n  do: netpoll-shim")));
}

TEST(Text, OfCheckSaysThatAForeignFileDoesNotFit) {
    SampleKernel kernel;
    kernel.host.install_module("netpoll_shim", test::shim_modinfo("4.4.0 SMP "));
    const std::string text = render_text(check({}, kernel.context()).value());
    EXPECT_THAT(text, HasSubstr("for another kernel"));
}

TEST(Text, OfLoadShowsTheDevices) {
    SampleKernel kernel;
    kernel.host.set_up("eth0", false);
    std::string text = render_text(load({}, kernel.context()).value());
    EXPECT_THAT(text, HasSubstr("loaded: policy nic_a=drain\n"));
    EXPECT_THAT(text, ContainsRegex("eth0 .* served when it comes up\n"));
    kernel.host.serve("eth0", "drain");
    text = render_text(load({}, kernel.context()).value());
    EXPECT_THAT(text, HasSubstr("already loaded: policy nic_a=drain\n"));
    EXPECT_THAT(text, ContainsRegex("eth0 .* drain +served\n"));
}

TEST(Text, OfStatusShowsCounters) {
    SampleKernel kernel;
    kernel.host.load_shim("nic_a=drain", 1);
    EXPECT_THAT(render_text(status(kernel.context_maker()).value()),
                HasSubstr("no device is served"));
    kernel.host.serve("eth0", "drain");
    const std::string text = render_text(status(kernel.context_maker()).value());
    EXPECT_THAT(text, HasSubstr("loaded, version 0.1.0, policy nic_a=drain, in use by 1\n"));
    EXPECT_THAT(text, ContainsRegex("INTERFACE +DRIVER +MODE +READY +hook_calls +napi_polls "
                                    "+skipped_attaching +skipped_busy +skipped_xmit "
                                    "+skipped_disabled +skipped_unsafe +rx_deferred\n"));
    EXPECT_THAT(text, ContainsRegex("eth0 +nic_a +drain +yes +11 +22 +6 +3 +4 +5 +8 +7\n"));
}

TEST(Text, OfUnloadAndErrors) {
    EXPECT_EQ(render_text(UnloadReport{true}), "unloaded\n");
    EXPECT_EQ(render_text(UnloadReport{false}), "not loaded\n");
    EXPECT_EQ(render_text(Error{"what", "next", ExitCode::failed}),
              "netpoll-shim: what\nhint: next\n");
    EXPECT_EQ(render_text(Error{"what", "", ExitCode::failed}), "netpoll-shim: what\n");
}

}  // namespace
}  // namespace netpoll_shim
