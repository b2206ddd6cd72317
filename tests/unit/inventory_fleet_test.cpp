// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/fleet.hpp"
#include "support/cases.hpp"

namespace netpoll_shim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Verdict verdict_of(const std::string& driver, const std::string& version,
                   HookDemand demand = HookDemand::demanded) {
    return test::judge(test::kernel(demand), test::device(driver, version));
}

GroupTally tally_of(const Verdict& verdict, std::uint64_t hosts,
                    const std::string& release = "4.4.121",
                    std::vector<std::string> first_hosts = {}) {
    return {std::make_shared<const FleetGroup>(make_group(release, verdict)), hosts,
            std::move(first_hosts)};
}

Urgency urgency(const Verdict& verdict) {
    return make_group("4.4.121", verdict).urgency;
}

TEST(FleetUrgency, FollowsFromTheVerdict) {
    EXPECT_EQ(urgency(verdict_of("nic_c", "2.0", HookDemand::not_demanded)), Urgency::can_hang);
    EXPECT_EQ(urgency(verdict_of("nic_c", "1.0")), Urgency::can_hang);
    EXPECT_EQ(urgency(verdict_of("nic_cmp", "2.0", HookDemand::not_demanded)), Urgency::can_hang);
    EXPECT_EQ(urgency(verdict_of("nic_c", "2.0")), Urgency::needs_guard);
    EXPECT_EQ(urgency(verdict_of("nic_a", "2.0")), Urgency::needs_drain);
    EXPECT_EQ(urgency(verdict_of("nic_b", "1.0")), Urgency::needs_attach);
    EXPECT_EQ(urgency(verdict_of("nic_cmp", "1.0")), Urgency::refused);
    EXPECT_EQ(urgency(verdict_of("nic_x", "1.0")), Urgency::unknown);
    EXPECT_EQ(urgency(verdict_of("nic_a", "1.0")), Urgency::native);
}

TEST(FleetUrgency, IsGoneWhereTheHostIsServed) {
    const auto served = [](const std::string& mode, HookDemand demand) {
        return urgency(
            test::judge(test::kernel(demand), test::served(test::device("nic_c", "2.0"), mode)));
    };
    EXPECT_EQ(served("guard", HookDemand::not_demanded), Urgency::served);
    EXPECT_EQ(served("drain", HookDemand::not_demanded), Urgency::can_hang);
    EXPECT_EQ(served("attach", HookDemand::demanded), Urgency::needs_guard);
}

TEST(Fleet, SumsHostsByVerdictAndByGroup) {
    Fleet fleet;
    fleet.add(tally_of(verdict_of("nic_a", "2.0"), 3));
    fleet.add(tally_of(verdict_of("nic_a", "2.0"), 4));
    fleet.add(tally_of(verdict_of("nic_a", "2.0"), 5, "4.4.122"));
    fleet.add(tally_of(verdict_of("nic_a", "1.0"), 10));
    EXPECT_EQ(fleet.hosts(), 22U);
    EXPECT_EQ(fleet.hosts_of(Urgency::needs_drain), 12U);
    EXPECT_EQ(fleet.hosts_of(Urgency::native), 10U);
    EXPECT_EQ(fleet.hosts_that_need_action(), 12U);
    ASSERT_EQ(fleet.groups().size(), 3U);
    EXPECT_EQ(fleet.groups()[0]->hosts, 7U);
    EXPECT_EQ(fleet.groups()[1]->hosts, 5U);
    EXPECT_EQ(fleet.groups()[2]->hosts, 10U);
}

TEST(Fleet, WhatCanHangComesFirstAndWhatWorksLast) {
    Fleet fleet;
    fleet.add(tally_of(verdict_of("nic_a", "1.0"), 1000));
    fleet.add(tally_of(verdict_of("nic_x", "1.0"), 900));
    fleet.add(tally_of(verdict_of("nic_b", "1.0"), 800));
    fleet.add(tally_of(verdict_of("nic_a", "2.0"), 700));
    fleet.add(tally_of(verdict_of("nic_c", "2.0"), 600));
    fleet.add(tally_of(verdict_of("nic_c", "1.0"), 1));
    std::vector<std::string> order;
    for (const GroupTally* tally : fleet.groups()) {
        order.push_back(tally->group->driver + " " + tally->group->driver_version);
    }
    EXPECT_THAT(order, ElementsAre("nic_c 1.0", "nic_c 2.0", "nic_a 2.0", "nic_b 1.0", "nic_x 1.0",
                                   "nic_a 1.0"));
}

TEST(Fleet, CountsByVerdictAloneBeyondTheGroupsItKeeps) {
    Fleet fleet;
    const Verdict verdict = verdict_of("nic_a", "2.0");
    for (std::size_t i = 0; i < Fleet::max_groups + 10; i++) {
        fleet.add(tally_of(verdict, 2, std::to_string(i)));
    }
    fleet.add(tally_of(verdict, 5, "0"));
    EXPECT_EQ(fleet.groups().size(), Fleet::max_groups);
    EXPECT_EQ(fleet.hosts(), 2 * Fleet::max_groups + 25);
    EXPECT_EQ(fleet.hosts_of(Urgency::needs_drain), fleet.hosts());
    ASSERT_EQ(fleet.others().size(), 1U);
    EXPECT_EQ(fleet.others().begin()->second, 20U);
    EXPECT_EQ(fleet.groups()[0]->hosts, 7U);
    EXPECT_THAT(render_text(fleet), HasSubstr("20 hosts are of kernels and drivers beyond"));
    EXPECT_THAT(render_html(fleet), HasSubstr("<td class=\"number\">20</td>"));
    EXPECT_THAT(render_prometheus(fleet), HasSubstr("netpoll_shim_other_hosts " +
                                                    std::to_string(fleet.hosts() - 7 - 2 * 99)));
}

TEST(Fleet, KeepsTheFirstHostsAndBadLines) {
    Fleet fleet;
    for (int i = 0; i < 60; i++) {
        fleet.add(tally_of(verdict_of("nic_a", "2.0"), 1, "4.4", {"h" + std::to_string(i)}));
        fleet.add_bad_lines(1, {{static_cast<std::uint64_t>(i), "bad"}});
    }
    const auto& hosts = fleet.groups()[0]->first_hosts;
    ASSERT_EQ(hosts.size(), Fleet::max_first_hosts);
    EXPECT_EQ(hosts.front(), "h0");
    EXPECT_EQ(hosts.back(), "h49");
    EXPECT_EQ(fleet.bad_lines(), 60U);
    ASSERT_EQ(fleet.first_bad_lines().size(), Fleet::max_bad_lines);
    EXPECT_EQ(fleet.first_bad_lines().back().line, 19U);
    EXPECT_THAT(render_html(fleet), AllOf(HasSubstr("h49, and 10 more"), Not(HasSubstr("h50")),
                                          HasSubstr("line 19: bad"), HasSubstr("and 40 more")));
}

TEST(FleetExitCode, IsTheWorstOfAllHosts) {
    Fleet fleet;
    EXPECT_EQ(fleet.exit_code(), ExitCode::unknown);
    fleet.add(tally_of(verdict_of("nic_a", "1.0"), 1));
    EXPECT_EQ(fleet.exit_code(), ExitCode::done);
    fleet.add(tally_of(verdict_of("nic_x", "1.0"), 1));
    EXPECT_EQ(fleet.exit_code(), ExitCode::unknown);
    fleet.add(tally_of(verdict_of("nic_a", "2.0"), 1));
    EXPECT_EQ(fleet.exit_code(), ExitCode::action_needed);
    fleet.add_bad_lines(1, {});
    EXPECT_EQ(fleet.exit_code(), ExitCode::failed);
}

TEST(FleetExitCode, IsThatOfSummarize) {
    for (const auto& verdicts : std::vector<std::vector<Verdict>>{
             {},
             {verdict_of("nic_a", "1.0")},
             {verdict_of("nic_a", "1.0"), verdict_of("nic_x", "1.0")},
             {verdict_of("nic_x", "1.0"), verdict_of("nic_cmp", "1.0")},
             {verdict_of("nic_a", "1.0"), verdict_of("nic_c", "2.0")},
             {test::judge(test::kernel(), test::served(test::device("nic_a", "2.0"), "drain"))},
             {test::judge(test::kernel(), test::served(test::device("nic_a", "2.0"), "guard"))}}) {
        Fleet fleet;
        for (const Verdict& verdict : verdicts) {
            fleet.add(tally_of(verdict, 1));
        }
        EXPECT_EQ(fleet.exit_code(), summarize(verdicts));
    }
}

TEST(FleetNagios, ExitsAsAPluginDoes) {
    Fleet fleet;
    EXPECT_EQ(nagios_state(fleet), NagiosState::unknown);
    fleet.add(tally_of(verdict_of("nic_a", "1.0"), 7));
    EXPECT_EQ(nagios_state(fleet), NagiosState::ok);
    EXPECT_EQ(render_nagios(fleet),
              "NETPOLL-SHIM OK - 7 hosts: 0 can hang, 0 need action, 0 unknown, 0 bad lines | "
              "hosts=7;;;0 can_hang=0;;0;0 need_action=0;0;;0 unknown=0;;;0 bad_lines=0;;;0\n");
    fleet.add_bad_lines(1, {});
    EXPECT_EQ(nagios_state(fleet), NagiosState::unknown);
    fleet.add(tally_of(verdict_of("nic_a", "2.0"), 2));
    EXPECT_EQ(nagios_state(fleet), NagiosState::warning);
    EXPECT_THAT(render_nagios(fleet), StartsWith("NETPOLL-SHIM WARNING - 9 hosts"));
    fleet.add(tally_of(verdict_of("nic_c", "1.0"), 3));
    EXPECT_EQ(nagios_state(fleet), NagiosState::critical);
    EXPECT_THAT(render_nagios(fleet), HasSubstr("CRITICAL - 12 hosts: 3 can hang, 5 need action"));
}

TEST(FleetNagios, AnErrorIsOneLineWithoutFigures) {
    EXPECT_EQ(render_nagios(Error{"cannot open a|b\nc", "hint", ExitCode::failed}),
              "NETPOLL-SHIM UNKNOWN - cannot open a b c\n");
}

// Everything in an inventory may be hostile.
Fleet hostile_fleet() {
    Fleet fleet;
    const Verdict verdict = verdict_of("<b>\"'&\\\n\x1b[2J", "<i>");
    fleet.add(tally_of(verdict, 2, "<u>\\\"\n", {"<script>alert(1)</script>", "a&b"}));
    fleet.add_bad_lines(1, {{7, "<bad>"}});
    return fleet;
}

TEST(FleetHtml, EscapesEverything) {
    const std::string html = render_html(hostile_fleet());
    for (const char* raw : {"<script", "<b>\"", "<u>", "<i>", "<bad>", "\x1b"}) {
        EXPECT_THAT(html, Not(HasSubstr(raw)));
    }
    EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;, a&amp;b"));
    EXPECT_THAT(html, HasSubstr("&lt;b&gt;&quot;&#39;&amp;"));
    EXPECT_THAT(html, HasSubstr("line 7: &lt;bad&gt;"));
}

TEST(FleetHtml, NeedsNothingFromElsewhere) {
    const std::string html = render_html(hostile_fleet());
    for (const char* outside : {"http:", "https:", "src=\"", "href", "@import", "url("}) {
        EXPECT_THAT(html, Not(HasSubstr(outside)));
    }
    EXPECT_THAT(html, AllOf(StartsWith("<!DOCTYPE html>"), HasSubstr("prefers-color-scheme: dark"),
                            HasSubstr("</html>\n")));
}

TEST(FleetHtml, TellsWhatToDoAndWhatElse) {
    Fleet fleet;
    fleet.add(tally_of(verdict_of("nic_c", "2.0"), 5, "4.4.121", {"web-1"}));
    const std::string html = render_html(fleet);
    EXPECT_THAT(html, HasSubstr("shim guard"));
    EXPECT_THAT(html, HasSubstr("<p class=\"remedy\">netpoll-shim load</p>"));
    EXPECT_THAT(html, HasSubstr("<p class=\"soft\">upgrade nic_c to 3.0 or newer</p>"));
    EXPECT_THAT(html, HasSubstr("web-1, and 4 more"));
}

TEST(FleetPrometheus, EscapesLabels) {
    const std::string text = render_prometheus(hostile_fleet());
    EXPECT_THAT(text, HasSubstr(R"(kernel="<u>\\\"\n")"));
    EXPECT_THAT(text, HasSubstr("netpoll_shim_hosts{verdict=\"unknown\",mode=\"\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("netpoll_shim_inventory_bad_lines 1\n"));
}

TEST(FleetPrometheus, CountsModesAndKernelsWithDrivers) {
    Fleet fleet;
    fleet.add(tally_of(verdict_of("nic_c", "1.0"), 2));
    fleet.add(tally_of(verdict_of("nic_c", "2.0"), 3));
    fleet.add(tally_of(verdict_of("nic_a", "1.0"), 4));
    const std::string text = render_prometheus(fleet);
    EXPECT_THAT(text, HasSubstr("netpoll_shim_hosts{verdict=\"shim\",mode=\"guard\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("netpoll_shim_kernel_driver_hosts{kernel=\"4.4.121\",driver="
                                "\"nic_c\",verdict=\"shim\",mode=\"guard\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("netpoll_shim_hosts_that_can_hang 2\n"));
    EXPECT_THAT(text, HasSubstr("netpoll_shim_other_hosts 0\n"));
}

TEST(FleetText, ATerminalDoesNotObeyIt) {
    Fleet fleet;
    Verdict verdict = verdict_of("nic_a", "2.0");
    verdict.driver = "\x1b[2J\xc2\x9b";
    fleet.add(tally_of(verdict, 2));
    const std::string text = render_text(fleet);
    EXPECT_THAT(text, HasSubstr("?[2J??"));
    EXPECT_EQ(text.find_first_of("\x1b\x9b"), std::string::npos);
}

TEST(FleetText, SaysWhatMostHostsNeedAndWhatComesFirst) {
    Fleet fleet;
    fleet.add(tally_of(verdict_of("nic_a", "2.0"), 30, "4.4.1"));
    fleet.add(tally_of(verdict_of("nic_c", "1.0"), 2, "4.4.2"));
    fleet.add(tally_of(verdict_of("nic_a", "1.0"), 100, "4.4.3"));
    const std::string text = render_text(fleet);
    EXPECT_THAT(text, HasSubstr("inventory  132 hosts, 0 bad lines\n"));
    EXPECT_THAT(text, HasSubstr("  shim guard  2    netconsole attaches as it is"));
    EXPECT_THAT(text, HasSubstr("kernels with most to do\n  4.4.1  30\n  4.4.2  2\n"));
    EXPECT_THAT(text, HasSubstr("drivers with most to do\n  nic_a  30\n  nic_c  2\n"));
    EXPECT_THAT(text, HasSubstr("do first\n  4.4.2  nic_c 1.0  shim guard  2   can hang\n"
                                "  4.4.1  nic_a 2.0  shim drain  30\n"));
}

}  // namespace
}  // namespace netpoll_shim
