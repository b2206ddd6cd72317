// SPDX-License-Identifier: GPL-2.0-or-later
#include "evaluate/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cases.hpp"

namespace netpoll_shim {
namespace {

using namespace test;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

// The module attaches or drains no device whose driver has the hook: being served is evidence.
TEST(Service, TrustsTheModuleRatherThanTheDatabase) {
    const Verdict verdict =
        judge(kernel(), served(device("nic_a", "1.0"), "drain"), loaded("nic_a=drain"));
    EXPECT_EQ(verdict.kind, VerdictKind::shim);
    EXPECT_EQ(verdict.mode, Mode::drain);
    EXPECT_EQ(verdict.service, Service::served);
    EXPECT_THAT(verdict.contradictions, ElementsAre(HasSubstr("says otherwise and counts")));
    EXPECT_THAT(verdict.reasons, Contains(Field(&Statement::source, "served mode")));

    EXPECT_THAT(judge(kernel(), served(device("nic_a", "2.0"), "drain"), loaded("nic_a=drain"))
                    .contradictions,
                IsEmpty());
}

// With guard it takes the place of the driver's own hook too.
TEST(Service, LearnsNothingOfTheHookFromGuard) {
    const auto facts = [](const char* driver, const char* version) {
        return served(device(driver, version), "guard");
    };
    const Verdict verdict = judge(kernel(), facts("nic_c", "1.0"), loaded("nic_c=guard"));
    EXPECT_EQ(verdict.mode, Mode::guard);
    EXPECT_EQ(verdict.service, Service::served);
    EXPECT_THAT(verdict.contradictions, IsEmpty());
    EXPECT_THAT(verdict.reasons, says("guard takes the place of its hook"));
    EXPECT_THAT(verdict.remedies, IsEmpty());

    const Verdict native = judge(kernel(), facts("nic_a", "1.0"), loaded("nic_a=guard"));
    EXPECT_EQ(native.kind, VerdictKind::native);
    EXPECT_THAT(native.remedies, ElementsAre(HasSubstr("netpoll-shim unload")));
}

TEST(Service, TellsHowADeviceIsGuarded) {
    for (const auto demand : {HookDemand::demanded, HookDemand::not_demanded}) {
        const DeviceFacts plain = device("nic_c", "2.0");
        DeviceFacts down = plain;
        down.up = false;
        const auto verdict_of = [&](const DeviceFacts& facts, const ShimFacts& shim_facts) {
            return judge(kernel(demand), facts, shim_facts);
        };
        const auto code = [&](const DeviceFacts& facts, const ShimFacts& shim_facts) {
            return summarize({verdict_of(facts, shim_facts)});
        };
        EXPECT_EQ(verdict_of(plain, {}).service, Service::none);
        EXPECT_EQ(code(plain, {}), ExitCode::action_needed);
        const Verdict guarded = verdict_of(served(plain, "guard"), loaded("nic_c=guard"));
        EXPECT_EQ(guarded.service, Service::served);
        EXPECT_EQ(summarize({guarded}), ExitCode::done);
        EXPECT_THAT(guarded.remedies, IsEmpty());
        EXPECT_EQ(verdict_of(down, loaded("nic_c=guard")).service, Service::waiting);
        EXPECT_EQ(code(down, loaded("nic_c=guard")), ExitCode::done);
        for (const char* mode : {"drain", "attach"}) {
            const auto policy = loaded(std::string("nic_c=") + mode);
            EXPECT_EQ(verdict_of(served(plain, mode), policy).service, Service::other_mode);
            EXPECT_EQ(code(served(plain, mode), policy), ExitCode::action_needed);
            EXPECT_EQ(verdict_of(down, policy).service, Service::none);
        }
    }
}

TEST(Service, TellsHowADeviceIsServed) {
    const DeviceFacts plain = device("nic_a", "2.0");
    DeviceFacts down = plain;
    down.up = false;
    const auto service = [](const DeviceFacts& facts, const ShimFacts& shim_facts) {
        return judge(kernel(), facts, shim_facts).service;
    };
    EXPECT_EQ(service(plain, {}), Service::none);
    EXPECT_EQ(service(served(plain, "drain"), loaded("nic_a=drain")), Service::served);
    EXPECT_EQ(service(served(plain, "attach"), loaded("nic_a=attach")), Service::other_mode);
    EXPECT_EQ(service(down, loaded("nic_a=drain")), Service::waiting);
    // loaded, but not so that it would serve the device when it comes up
    EXPECT_EQ(service(down, {}), Service::none);
    EXPECT_EQ(service(down, loaded("nic_a=drain", true)), Service::none);
    EXPECT_EQ(service(down, loaded("nic_a=attach")), Service::none);
    EXPECT_EQ(service(down, loaded("nic_b=drain")), Service::none);
    EXPECT_EQ(service(plain, loaded("nic_a=drain")), Service::none);
    // attach needs no NAPI context, so there is nothing to wait for
    DeviceFacts attached = device("nic_b", "1.0");
    attached.up = false;
    EXPECT_EQ(service(attached, loaded("nic_b=attach")), Service::none);
}

TEST(Service, AdvisesByHowADeviceIsServed) {
    const DeviceFacts plain = device("nic_a", "2.0");
    EXPECT_THAT(judge(kernel(), plain).remedies, ElementsAre("netpoll-shim load"));
    EXPECT_THAT(judge(kernel(), served(plain, "drain"), loaded("nic_a=drain")).remedies, IsEmpty());
    EXPECT_THAT(judge(kernel(), served(plain, "attach"), loaded("nic_a=attach")).remedies,
                ElementsAre("netpoll-shim load"));
    EXPECT_THAT(judge(kernel(), plain, loaded("nic_a=drain")).remedies,
                ElementsAre(HasSubstr("dmesg")));
    EXPECT_THAT(judge(kernel(HookDemand::not_demanded), served(plain, "drain")).remedies,
                ElementsAre(HasSubstr("netpoll-shim unload")));
}

Verdict verdict_of(VerdictKind kind, Service service = Service::none) {
    Verdict verdict;
    verdict.kind = kind;
    verdict.service = service;
    return verdict;
}

TEST(Summarize, PutsActionBeforeIgnorance) {
    const Verdict fine = verdict_of(VerdictKind::native);
    const Verdict is_served = verdict_of(VerdictKind::shim, Service::served);
    const Verdict waiting = verdict_of(VerdictKind::shim, Service::waiting);
    const Verdict not_known = verdict_of(VerdictKind::unknown);
    EXPECT_EQ(summarize({}), ExitCode::unknown);
    EXPECT_EQ(summarize({fine}), ExitCode::done);
    EXPECT_EQ(summarize({fine, is_served, waiting}), ExitCode::done);
    EXPECT_EQ(summarize({fine, not_known}), ExitCode::unknown);
    EXPECT_EQ(summarize({not_known, verdict_of(VerdictKind::refuse)}), ExitCode::action_needed);
    EXPECT_EQ(summarize({not_known, verdict_of(VerdictKind::shim)}), ExitCode::action_needed);
    EXPECT_EQ(summarize({is_served, verdict_of(VerdictKind::shim, Service::other_mode)}),
              ExitCode::action_needed);
    EXPECT_EQ(summarize({verdict_of(VerdictKind::unknown, Service::served)}), ExitCode::unknown);
}

}  // namespace
}  // namespace netpoll_shim
