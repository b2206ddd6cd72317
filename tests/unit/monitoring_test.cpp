// SPDX-License-Identifier: GPL-2.0-or-later
// A host's report for monitoring systems, and what check exits with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli.hpp"
#include "render/exit_status.hpp"
#include "render/prometheus.hpp"
#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Monitoring : public testing::Test {
  protected:
    void add(const std::string& interface, const std::string& driver,
             const std::string& version) const {
        kernel.host.add_device(interface, driver);
        kernel.host.set_module(driver, version, "O");
    }

    Output check(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "check");
        return run_cli(arguments, kernel.context_maker());
    }

    test::FakeKernel kernel;
};

TEST_F(Monitoring, NagiosIsOk) {
    add("eth0", "nic_a", "1.0");
    Output output = check({"--format", "nagios"});
    EXPECT_EQ(output.exit_code, 0);
    EXPECT_EQ(output.out,
              "NETPOLL-SHIM OK - eth0: native | "
              "devices=1;;;0 can_hang=0;;0;0 need_action=0;0;;0 unknown=0;;;0\n"
              "eth0: native; driver nic_a 1.0\n");
    add("eth1", "nic_a", "1.0");
    EXPECT_THAT(check({"--format", "nagios"}).out, StartsWith("NETPOLL-SHIM OK - 2 devices | "));
}

TEST_F(Monitoring, NagiosWarnsWhereActionIsNeeded) {
    add("eth0", "nic_a", "2.0");
    add("eth1", "nic_new", "1.0");
    const Output output = check({"--format=nagios"});
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.out, StartsWith("NETPOLL-SHIM WARNING - eth0: shim drain, not-served | "
                                       "devices=2;;;0 can_hang=0;;0;0 need_action=1;0;;0 "
                                       "unknown=1;;;0\n"));
    EXPECT_THAT(output.out, HasSubstr("\neth0: shim drain, not-served; driver nic_a 2.0; do: "
                                      "netpoll-shim load\neth1: unknown; "));
}

TEST_F(Monitoring, NagiosIsCriticalWhereTheMachineCanHang) {
    add("eth0", "nic_c", "1.0");
    add("eth1", "nic_a", "2.0");
    const Output output = check({"--format=nagios"});
    EXPECT_EQ(output.exit_code, 2);
    EXPECT_THAT(output.out,
                StartsWith("NETPOLL-SHIM CRITICAL - eth0: shim guard, not-served, can hang | "));
    EXPECT_THAT(output.out, HasSubstr("can_hang=1;;0;0 need_action=2;0;;0"));
}

TEST_F(Monitoring, NagiosIsUnknown) {
    Output output = check({"--format=nagios"});
    EXPECT_EQ(output.exit_code, 3);
    EXPECT_THAT(output.out, StartsWith("NETPOLL-SHIM UNKNOWN - no network device with a bus"));
    add("eth0", "nic_new", "1.0");
    EXPECT_THAT(check({"--format=nagios"}).out,
                StartsWith("NETPOLL-SHIM UNKNOWN - eth0: unknown | "));

    output = check({"--format=nagios", "a|b"});
    EXPECT_EQ(output.exit_code, 3);
    EXPECT_EQ(output.out, "NETPOLL-SHIM UNKNOWN - a b: no such network interface\n");
    EXPECT_THAT(output.err, HasSubstr("no such network interface"));
}

TEST_F(Monitoring, NagiosKeepsNamesOnTheirLine) {
    add("a|b", "nic_a", "1.0");
    EXPECT_THAT(check({"--format=nagios"}).out, StartsWith("NETPOLL-SHIM OK - a b: native | "));
}

TEST_F(Monitoring, Prometheus) {
    add("eth0", "nic_a", "2.0");
    add("e\"\\\xff", "nic_c", "1.0");
    const Output output = check({"--format", "prometheus"});
    EXPECT_EQ(output.exit_code, 3);
    EXPECT_EQ(
        output.out,
        "# HELP netpoll_shim_device_verdict What is concluded for a network device: always 1.\n"
        "# TYPE netpoll_shim_device_verdict gauge\n"
        "netpoll_shim_device_verdict{interface=\"e\\\"\\\\?\",driver=\"nic_c\",driver_version="
        "\"1.0\",verdict=\"shim\",mode=\"guard\",state=\"not-served\"} 1\n"
        "netpoll_shim_device_verdict{interface=\"eth0\",driver=\"nic_a\",driver_version=\"2.0\","
        "verdict=\"shim\",mode=\"drain\",state=\"not-served\"} 1\n"
        "# HELP netpoll_shim_devices_that_can_hang Devices where netconsole attaches as it is and "
        "the machine can hang.\n"
        "# TYPE netpoll_shim_devices_that_can_hang gauge\n"
        "netpoll_shim_devices_that_can_hang 1\n"
        "# HELP netpoll_shim_loaded Whether the kernel has the module netpoll_shim.\n"
        "# TYPE netpoll_shim_loaded gauge\n"
        "netpoll_shim_loaded 0\n");
    kernel.host.load_shim("nic_a=drain");
    EXPECT_THAT(check({"--format", "prometheus"}).out, HasSubstr("\nnetpoll_shim_loaded 1\n"));
}

TEST(PrometheusLabel, IsAlwaysUtf8) {
    EXPECT_EQ(prometheus_label("a\nb\\\"c"), R"(a\nb\\\"c)");
    EXPECT_EQ(prometheus_label("\xc3\xa4"), "\xc3\xa4");
    EXPECT_EQ(prometheus_label("\xc3\xa4\xff"), "???");
    EXPECT_EQ(prometheus_label("\t"), "\t");
}

TEST_F(Monitoring, OtherFormatsOfAHost) {
    add("eth0", "nic_a", "1.0");
    EXPECT_EQ(check({"--format", "table"}).out, check({}).out);
    EXPECT_EQ(check({"--format", "json"}).out, check({"--json"}).out);
    const Output html = check({"--format", "html"});
    EXPECT_EQ(html.exit_code, 2);
    EXPECT_THAT(html.out, IsEmpty());
    EXPECT_THAT(html.err, HasSubstr("html is for an inventory"));
    EXPECT_EQ(check({"--format", "html", "--exit-code", "systemd"}).exit_code, 255);
}

struct Exit {
    const char* name;
    const char* driver_version;  // of nic_a; "": there is no device
    const char* argument;
    int own;
    int nagios;
    int systemd;
};

class ExitStatus : public testing::TestWithParam<Exit> {};

TEST_P(ExitStatus, IsForItsReader) {
    const Exit& expected = GetParam();
    test::FakeKernel kernel;
    if (*expected.driver_version != '\0') {
        kernel.host.add_device("eth0", "nic_a");
        kernel.host.set_module("nic_a", expected.driver_version, "O");
    }
    const auto exits = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "check");
        if (*expected.argument != '\0') {
            arguments.emplace_back(expected.argument);
        }
        return run_cli(arguments, kernel.context_maker()).exit_code;
    };
    EXPECT_EQ(exits({}), expected.own);
    EXPECT_EQ(exits({"--exit-code=own", "--format=nagios"}), expected.own);
    EXPECT_EQ(exits({"--exit-code=nagios"}), expected.nagios);
    EXPECT_EQ(exits({"--exit-code", "nagios", "--json"}), expected.nagios);
    EXPECT_EQ(exits({"--exit-code=systemd"}), expected.systemd);
    EXPECT_EQ(exits({"--exit-code", "systemd"}), expected.systemd);
}

INSTANTIATE_TEST_SUITE_P(Table, ExitStatus,
                         testing::Values(Exit{"Done", "1.0", "", 0, 0, 0},
                                         Exit{"ActionNeeded", "2.0", "", 3, 1, 1},
                                         Exit{"Unknown", "", "", 4, 3, 1},
                                         Exit{"Failed", "1.0", "nope0", 1, 3, 255},
                                         Exit{"Usage", "1.0", "--bogus", 2, 3, 255}),
                         [](const auto& info) { return info.param.name; });

TEST(ExitStatusOfErrors, FailsAUnitInAnyCase) {
    const ContextMaker broken = [](const DatabaseRequest& /*request*/) -> Result<Context> {
        return failure("bad", "", ExitCode::database_invalid);
    };
    EXPECT_EQ(run_cli({"check", "--exit-code=systemd"}, broken).exit_code, 255);
    EXPECT_EQ(run_cli({"check", "--exit-code=nagios"}, broken).exit_code, 3);
    EXPECT_EQ(exit_status(ExitStyle::systemd, Error{"", "", ExitCode::unknown}), 255);
}

}  // namespace
}  // namespace netpoll_shim
