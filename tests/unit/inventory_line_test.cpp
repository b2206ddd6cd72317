// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/inventory/line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluate/evaluate.hpp"
#include "support/databases.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

Result<InventoryHost> parse(const std::string& line) {
    InventoryParser parser;
    return parse_inventory_line(line, parser);
}

TEST(InventoryLine, TheLeastIsAKernelAndADriver) {
    const auto host = parse(R"({"kernel_release":"4.4.0","driver":"ena"})");
    ASSERT_TRUE(host);
    EXPECT_FALSE(host->host);
    EXPECT_EQ(host->kernel.setting, Setting::inventory);
    EXPECT_EQ(host->kernel.release, "4.4.0");
    EXPECT_EQ(host->kernel.machine, "");
    EXPECT_FALSE(host->kernel.distribution);
    EXPECT_FALSE(host->kernel.hook_demand);
    EXPECT_EQ(host->device.name, "");
    EXPECT_FALSE(host->device.up);
    EXPECT_EQ(host->device.driver->value, "ena");
    EXPECT_EQ(host->device.driver->source, "inventory driver");
    EXPECT_FALSE(host->device.live_ops);
    EXPECT_FALSE(host->device.served);
    // Not known to be built in: that would say that it came with the kernel.
    ASSERT_TRUE(host->device.module);
    EXPECT_EQ(host->device.module->name, "ena");
    EXPECT_FALSE(host->device.module->version);
    EXPECT_FALSE(host->device.module->in_tree);
    EXPECT_FALSE(host->device.module->object);
}

TEST(InventoryLine, EveryFieldIsAFactWithItsSource) {
    const auto host = parse(
        R"({"host":"web-1","interface":"eth0","kernel_release":"4.4.0-1072-aws","machine":"x86_64",)"
        R"("distribution":"ubuntu","driver":"ena","driver_version":"2.0.2","srcversion":"ABC",)"
        R"("in_tree":false,"netpoll_poll_dev_exported":false,"netpoll":true,"live_hook":true,)"
        R"("disable_netpoll":true,"object_hook":false,"served":"guard","up":true})");
    ASSERT_TRUE(host);
    EXPECT_EQ(host->host, "web-1");
    EXPECT_EQ(host->kernel.machine, "x86_64");
    EXPECT_EQ(host->kernel.distribution->value, "ubuntu");
    EXPECT_EQ(host->kernel.distribution->source, "inventory distribution");
    EXPECT_EQ(host->kernel.hook_demand->value, HookDemand::demanded);
    EXPECT_EQ(host->kernel.hook_demand->source, "inventory netpoll_poll_dev_exported");
    const DeviceFacts& device = host->device;
    EXPECT_EQ(device.name, "eth0");
    EXPECT_TRUE(device.up);
    EXPECT_EQ(device.module->version->value, "2.0.2");
    EXPECT_EQ(device.module->version->source, "inventory driver_version");
    EXPECT_EQ(device.module->srcversion->value, "ABC");
    EXPECT_EQ(device.module->srcversion->source, "inventory srcversion");
    EXPECT_EQ(device.module->in_tree->value, false);
    EXPECT_EQ(device.module->in_tree->source, "inventory in_tree");
    EXPECT_EQ(device.module->object->hook->value, false);
    EXPECT_EQ(device.module->object->hook->source, "inventory object_hook");
    EXPECT_EQ(device.live_ops->hook, true);
    EXPECT_TRUE(device.live_ops->disable_netpoll);
    EXPECT_EQ(device.live_ops->source, "inventory live_hook");
    EXPECT_EQ(device.served->mode.value, "guard");
    EXPECT_EQ(device.served->mode.source, "inventory served");
}

TEST(InventoryLine, NullAndEmptyTextAreAbsent) {
    const auto host =
        parse(R"({"host":null,"kernel_release":"4.4.0","driver":"ena","driver_version":"",)"
              R"("distribution":null,"in_tree":null,"live_hook":null,"served":null,"up":null})");
    ASSERT_TRUE(host) << host.error().message;
    EXPECT_FALSE(host->host);
    EXPECT_FALSE(host->kernel.distribution);
    EXPECT_FALSE(host->device.module->version);
    EXPECT_FALSE(host->device.module->in_tree);
    EXPECT_FALSE(host->device.live_ops);
    EXPECT_FALSE(host->device.served);
}

TEST(InventoryLine, TheHostIsAsGiven) {
    EXPECT_EQ(parse(R"({"host":"","kernel_release":"4.4","driver":"e"})")->host, "");
    EXPECT_EQ(
        parse(R"({"host":"a\"\u00e9\u0000\ud83d\ude00","kernel_release":"4","driver":"e"})")->host,
        std::string("a\"\u00e9\0\U0001F600", 9));
}

TEST(InventoryLine, ExportedAndAbsentNetpollAreDemands) {
    const auto demand = [](const std::string& fields) {
        return parse(R"({"kernel_release":"4.4.0","driver":"ena",)" + fields + "}")
            ->kernel.hook_demand;
    };
    EXPECT_EQ(demand(R"("netpoll_poll_dev_exported":true)")->value, HookDemand::not_demanded);
    EXPECT_EQ(demand(R"("netpoll":false)")->value, HookDemand::no_netpoll);
    EXPECT_EQ(demand(R"("netpoll":false)")->source, "inventory netpoll");
    EXPECT_EQ(demand(R"("netpoll":false,"netpoll_poll_dev_exported":false)")->value,
              HookDemand::no_netpoll);
    EXPECT_FALSE(demand(R"("netpoll":true)"));
}

TEST(InventoryLine, TheFlagAloneSaysNothingOfTheHook) {
    const auto host =
        parse(R"({"kernel_release":"4.4.0","driver":"nic_a","disable_netpoll":true})");
    ASSERT_TRUE(host);
    EXPECT_FALSE(host->device.live_ops->hook);
    const Verdict verdict = evaluate(host->kernel, host->device, {}, test::sample_database());
    EXPECT_EQ(verdict.kind, VerdictKind::refuse);
    EXPECT_FALSE(verdict.rests_on(Question::hook));
}

TEST(InventoryLine, TheKernelsReleaseAsDriverVersionMeansInTree) {
    const auto host = parse(
        R"({"kernel_release":"6.1.0-9-amd64","driver":"ena","driver_version":"6.1.0-9-amd64"})");
    ASSERT_TRUE(host);
    EXPECT_FALSE(host->device.module->version);
    EXPECT_EQ(host->device.module->in_tree->value, true);
    EXPECT_THAT(host->device.module->in_tree->source, HasSubstr("driver_version"));
    const auto told = parse(
        R"({"kernel_release":"6.1.0","driver":"ena","driver_version":"6.1.0","in_tree":false})");
    EXPECT_EQ(told->device.module->in_tree->value, false);
}

TEST(InventoryLine, UnknownFieldsAreIgnoredAndTheLastOfANameCounts) {
    const auto host = parse(
        R"({"rack":[1,{"driver":"no"}],"kernel_release":"4.4.0","driver":"e1000","driver":"ena",)"
        R"("up":true,"up":null})");
    ASSERT_TRUE(host);
    EXPECT_EQ(host->device.driver->value, "ena");
    EXPECT_FALSE(host->device.up);
}

TEST(InventoryLine, OneParserReadsManyLines) {
    InventoryParser parser;
    EXPECT_FALSE(parse_inventory_line("{", parser));
    EXPECT_TRUE(parse_inventory_line(R"({"kernel_release":"4.4.0","driver":"ena"})", parser));
    const std::string longer =
        R"({"kernel_release":"4.4.1","driver":"ena","x":")" + std::string(100000, 'x') + "\"}";
    EXPECT_EQ(parse_inventory_line(longer, parser)->kernel.release, "4.4.1");
}

TEST(InventoryLine, TheLongestTextsPass) {
    const std::string release(max_kernel_release, '4');
    const std::string driver(max_inventory_text, 'd');
    const auto host =
        parse(R"({"kernel_release":")" + release + R"(","driver":")" + driver + "\"}");
    ASSERT_TRUE(host);
    EXPECT_EQ(host->kernel.release, release);
}

struct BadLine {
    const char* name;
    std::string line;
    const char* message;
};

class BadLines : public testing::TestWithParam<BadLine> {};

TEST_P(BadLines, SayWhatIsWrong) {
    const auto host = parse(GetParam().line);
    ASSERT_FALSE(host);
    EXPECT_THAT(host.error().message, HasSubstr(GetParam().message));
    EXPECT_EQ(host.error().exit_code, ExitCode::failed);
}

std::string with(const std::string& field) {
    return R"({"kernel_release":"4.4.0","driver":"ena",)" + field + "}";
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadLines,
    testing::Values(
        BadLine{"Empty", "", "not valid JSON"}, BadLine{"NoJson", "web-1 4.4.0", "not valid JSON"},
        BadLine{"CutOff", R"({"kernel_release":"4.4.0","driver":"en)", "not valid JSON"},
        BadLine{"TwoValues", R"({"kernel_release":"4","driver":"e"}{})", "not valid JSON"},
        BadLine{"BadUnknownField", with(R"("rack":tru)"), "not valid JSON"},
        BadLine{"BadUtf8", with("\"rack\":\"\xff\""), "UTF-8"},
        BadLine{"LoneSurrogate", with(R"("host":"\ud800")"), "not valid JSON"},
        BadLine{"TooDeep", std::string(5000, '['), "not valid JSON"},
        BadLine{"Array", "[]", "not a JSON object"}, BadLine{"Text", "\"x\"", "not a JSON object"},
        BadLine{"NoKernel", R"({"driver":"ena"})", "kernel_release is missing"},
        BadLine{"NoDriver", R"({"kernel_release":"4.4.0"})", "driver is missing"},
        BadLine{"NullDriver", R"({"kernel_release":"4.4.0","driver":null})", "driver is missing"},
        BadLine{"EmptyKernel", R"({"kernel_release":"","driver":"e"})",
                "kernel_release is missing"},
        BadLine{"HostIsANumber", with(R"("host":1)"), "host must be a string"},
        BadLine{"VersionIsANumber", with(R"("driver_version":2.0)"),
                "driver_version must be a string"},
        BadLine{"FlagIsText", with(R"("in_tree":"yes")"), "in_tree must be true or false"},
        BadLine{"FlagIsANumber", with(R"("up":1)"), "up must be true or false"},
        BadLine{"OtherMode", with(R"("served":"full")"), "served must be attach, drain or guard"},
        BadLine{"LongRelease",
                R"({"driver":"e","kernel_release":")" + std::string(max_kernel_release + 1, '4') +
                    "\"}",
                "kernel_release has more than 64 bytes"},
        BadLine{"LongText",
                with(R"("machine":")" + std::string(max_inventory_text + 1, 'm') + "\""),
                "machine has more than 255 bytes"},
        BadLine{"Contradiction", with(R"("netpoll":false,"netpoll_poll_dev_exported":true)"),
                "netpoll is false, but"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace netpoll_shim
