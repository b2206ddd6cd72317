// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using nlohmann::json;

struct SampleKernel : test::FakeKernel {
    SampleKernel() {
        host.add_device("eth0", "nic_a");
        host.set_module("nic_a", "2.0", "O");
        host.install_module("netpoll_shim", test::shim_modinfo(test::legacy_vermagic));
        host.ethtool["eth0"] = {"nic_a", "2.0", "0000:00:05.0"};
        serves = {{"eth0", "drain"}};
    }
};

TEST(Json, OfCheck) {
    SampleKernel kernel;
    const auto document = json::parse(render_json(check({}, kernel.context()).value()));
    EXPECT_EQ(document["schema"], 1);
    EXPECT_EQ(document["exit_code"], 3);
    EXPECT_EQ(document["kernel"]["release"], "6.1.192-legacy");
    EXPECT_EQ(document["kernel"]["hook"]["value"], "demanded");
    EXPECT_EQ(document["kernel"]["hook"]["source"], kernel.host.path("proc/kallsyms").string());
    EXPECT_TRUE(document["kernel"]["lockdown"].is_null());
    EXPECT_TRUE(document["shim"]["loaded"].is_null());
    EXPECT_EQ(document["shim"]["file"]["vermagic_fit"], "release-fits");
    EXPECT_EQ(document["shim"]["file"]["ndo_poll_controller_offset"], 232);
    EXPECT_EQ(document["shim"]["file"]["signed"], false);

    ASSERT_EQ(document["devices"].size(), 1U);
    const auto& device = document["devices"][0];
    EXPECT_EQ(device["interface"], "eth0");
    EXPECT_EQ(device["driver"], "nic_a");
    EXPECT_EQ(device["driver_version"], "2.0");
    EXPECT_EQ(device["verdict"], "shim");
    EXPECT_EQ(device["mode"], "drain");
    EXPECT_EQ(device["state"], "not-served");
    EXPECT_EQ(device["remedies"], json::array({"netpoll-shim load"}));
    ASSERT_TRUE(device["reasons"].is_array());
    EXPECT_TRUE(device["reasons"][0].contains("text") && device["reasons"][0].contains("source"));
    EXPECT_EQ(device["contradictions"].size(), 1U);
    EXPECT_EQ(device["facts"]["module"]["version"]["value"], "2.0");
    EXPECT_EQ(device["facts"]["ethtool"]["bus_info"], "0000:00:05.0");
    EXPECT_TRUE(device["facts"]["served"].is_null());
}

TEST(Json, OfLoadStatusAndUnload) {
    SampleKernel kernel;
    auto document = json::parse(render_json(load({}, kernel.context()).value()));
    EXPECT_EQ(document["schema"], 1);
    EXPECT_EQ(document["outcome"], "loaded");
    EXPECT_EQ(document["policy"], "nic_a=drain");
    EXPECT_TRUE(document["error"].is_null());
    EXPECT_EQ(document["exit_code"], 0);
    EXPECT_EQ(document["devices"][0]["state"], "served");

    document = json::parse(render_json(status(kernel.context_maker()).value()));
    EXPECT_EQ(document["schema"], 1);
    EXPECT_EQ(document["loaded"]["policy"], "nic_a=drain");
    EXPECT_EQ(document["loaded"]["refcnt"], 0);
    EXPECT_TRUE(document["not_loaded"].is_null());
    EXPECT_EQ(document["loaded"]["dry_run"], false);
    EXPECT_EQ(document["devices"][0]["served"]["mode"], "drain");
    EXPECT_EQ(document["devices"][0]["served"]["counters"]["napi_polls"], 22);
    EXPECT_EQ(document["exit_code"], 0);

    document = json::parse(render_json(unload(kernel.context()).value()));
    EXPECT_EQ(document["schema"], 1);
    EXPECT_EQ(document["outcome"], "unloaded");
    document = json::parse(render_json(status(kernel.context_maker()).value()));
    EXPECT_TRUE(document["loaded"].is_null());
    EXPECT_EQ(document["exit_code"], 3);
}

TEST(Json, OfADeviceToGuard) {
    SampleKernel kernel;
    kernel.host.add_device("eth1", "nic_c");
    kernel.host.set_module("nic_c", "1.0", "O");
    kernel.serves["eth1"] = "guard";
    auto document = json::parse(render_json(check({}, kernel.context()).value()));
    EXPECT_EQ(document["devices"][1]["verdict"], "shim");
    EXPECT_EQ(document["devices"][1]["mode"], "guard");
    EXPECT_EQ(document["devices"][1]["state"], "not-served");

    document = json::parse(render_json(load({}, kernel.context()).value()));
    EXPECT_EQ(document["policy"], "nic_a=drain,nic_c=guard");
    EXPECT_EQ(document["devices"][1]["state"], "served");
    document = json::parse(render_json(status(kernel.context_maker()).value()));
    EXPECT_EQ(document["devices"][1]["served"]["mode"], "guard");
    EXPECT_EQ(document["devices"][1]["served"]["counters"]["rx_deferred"], 7);
}

TEST(Json, OfALoadThatServesNotAll) {
    SampleKernel kernel;
    kernel.serves.clear();
    const auto document = json::parse(render_json(load({}, kernel.context()).value()));
    EXPECT_EQ(document["exit_code"], 1);
    EXPECT_EQ(document["error"]["exit_code"], 1);
    EXPECT_NE(document["error"]["message"], "");
}

TEST(Json, StaysJsonWhateverAnInterfaceIsCalled) {
    const auto document = json::parse(render_json(Error{"eth\xff\"\n", "", ExitCode::failed}));
    EXPECT_EQ(document["schema"], 1);
}

}  // namespace
}  // namespace netpoll_shim
