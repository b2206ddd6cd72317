// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/status.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "commands/load.hpp"
#include "render/json.hpp"
#include "render/text.hpp"
#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Status : public testing::Test {
  protected:
    void SetUp() override {
        kernel.host.add_device("eth0", "nic_a");
        kernel.host.set_module("nic_a", "2.0", "O");
    }

    void install_shim(const std::string& vermagic = test::legacy_vermagic) const {
        kernel.host.install_module("netpoll_shim", test::shim_modinfo(vermagic));
    }

    // As scripts/sign-file does, with a key of somebody's own: what is looked at is that there is
    // a signature (struct module_signature, include/linux/module_signature.h).
    void sign_shim() const {
        const std::string pkcs7 = "none";
        const std::string trailer("\0\0\2\0\0\0\0\0\0\0\0\4~Module signature appended~\n", 40);
        const auto file = fmt::format("lib/modules/{}/extra/netpoll_shim.ko", test::legacy_release);
        std::ofstream(kernel.host.path(file), std::ios::app) << pkcs7 << trailer;
    }

    StatusReport must_tell(const ContextMaker& make_context) {
        auto report = status(make_context);
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(StatusReport{});
    }

    NotLoaded must_not_be_loaded() {
        StatusReport report = must_tell(kernel.context_maker());
        EXPECT_FALSE(report.loaded);
        EXPECT_EQ(report.exit_code, ExitCode::action_needed);
        EXPECT_TRUE(report.not_loaded);
        return report.not_loaded.value_or(NotLoaded{});
    }

    // The one obstacle, which must be what load meets, word for word.
    Error obstacle_of_load() {
        const NotLoaded report = must_not_be_loaded();
        const auto load_report = load({}, kernel.context());
        EXPECT_FALSE(load_report);
        EXPECT_EQ(report.obstacles.size(), 1U);
        if (load_report || report.obstacles.size() != 1) {
            return {};
        }
        EXPECT_EQ(report.obstacles[0].message, load_report.error().message);
        EXPECT_EQ(report.obstacles[0].hint, load_report.error().hint);
        EXPECT_THAT(report.hint, IsEmpty()) << "load would be stopped";
        return report.obstacles[0];
    }

    // A host whose own database does not decode.
    ContextMaker without_sound_database() {
        return [this](const DatabaseRequest& request) -> Result<Context> {
            if (request.scope != DatabaseScope::none) {
                return failure("db.d/drivers/x.toml:1:9: what", "db lint",
                               ExitCode::database_invalid);
            }
            return kernel.context();
        };
    }

    test::FakeKernel kernel;
};

TEST_F(Status, TellsThatTheModuleIsLoadedWithoutRoot) {
    kernel.host.is_root = false;
    kernel.host.load_shim("a=drain");
    const StatusReport report = must_tell(kernel.context_maker());
    ASSERT_TRUE(report.loaded);
    EXPECT_EQ(report.loaded->policy, "a=drain");
    EXPECT_EQ(report.exit_code, ExitCode::done);
    EXPECT_FALSE(report.not_loaded);
}

TEST_F(Status, SaysWhatOfTheDatabaseIsNotInForce) {
    const auto with_a_warning = [this](const DatabaseRequest& request) -> Result<Context> {
        Context context = kernel.context();
        if (request.scope == DatabaseScope::this_host) {
            context.database_warnings = {"db.d/drivers/x.toml:1:9: what: the file is not used"};
        }
        return context;
    };
    for (const bool is_loaded : {false, true}) {
        if (is_loaded) {
            kernel.host.load_shim("a=drain");
        }
        const StatusReport report = must_tell(with_a_warning);
        EXPECT_EQ(report.loaded.has_value(), is_loaded);
        EXPECT_THAT(render_text(report), HasSubstr("database warning: db.d/drivers/x.toml:1:9: "));
        EXPECT_THAT(render_json(report), HasSubstr("\"database_warnings\": [\n"));
    }
    EXPECT_THAT(must_tell(without_sound_database()).database_warnings,
                ElementsAre("db.d/drivers/x.toml:1:9: what"));
}

TEST_F(Status, ListsServedDevicesOnly) {
    kernel.host.load_shim("nic_a=drain");
    kernel.host.add_device("eth1", "nic_a");
    kernel.host.serve("eth1", "drain");
    const StatusReport report = must_tell(kernel.context_maker());
    ASSERT_EQ(report.devices.size(), 1U);
    EXPECT_EQ(report.devices[0].name, "eth1");
}

TEST_F(Status, NamesWhatNeedsTheModuleAndWhatToDo) {
    install_shim();
    kernel.host.add_device("eth1", "nic_b");
    kernel.host.set_module("nic_b", "1.0", "O");
    kernel.host.add_device("eth2", "nic_new");
    const NotLoaded report = must_not_be_loaded();
    EXPECT_THAT(report.needed_by, ElementsAre("eth0", "eth1"));
    EXPECT_EQ(report.policy, "nic_a=drain,nic_b=attach");
    EXPECT_THAT(report.obstacles, IsEmpty());
    EXPECT_EQ(report.hint, "netpoll-shim load");
    EXPECT_THAT(kernel.calls, IsEmpty()) << "it looks, and does nothing";
}

TEST_F(Status, SaysWhereThereIsNoFileForThisKernel) {
    const Error error = obstacle_of_load();
    EXPECT_THAT(error.message, HasSubstr("not found through modules.dep in "));
    EXPECT_THAT(error.message, HasSubstr(test::legacy_release));
    EXPECT_THAT(error.hint, HasSubstr("netpoll-shim-dkms"));
}

TEST_F(Status, SaysThatTheFileIsForAnotherKernel) {
    install_shim("4.4.0-1072-aws SMP mod_unload ");
    EXPECT_THAT(obstacle_of_load().message, HasSubstr("its vermagic is '4.4.0-1072-aws SMP"));
}

TEST_F(Status, SaysThatNoModuleCanBeLoaded) {
    install_shim();
    kernel.host.write("proc/sys/kernel/modules_disabled", "1\n");
    EXPECT_THAT(obstacle_of_load().message, HasSubstr("disabled until the next boot"));
}

TEST_F(Status, SaysThatTheKernelIsLockedDown) {
    install_shim();
    kernel.host.write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    kernel.insert_error = EPERM;
    EXPECT_THAT(obstacle_of_load().message, HasSubstr("locked down (integrity, "));
}

TEST_F(Status, SaysThatModulesMustBeSigned) {
    install_shim();
    kernel.host.write("sys/module/module/parameters/sig_enforce", "Y\n");
    const NotLoaded report = must_not_be_loaded();
    ASSERT_EQ(report.obstacles.size(), 1U);
    EXPECT_THAT(report.obstacles[0].message, HasSubstr("demands a signature that it trusts, "));
    EXPECT_THAT(report.obstacles[0].hint, HasSubstr("mokutil --import"));
}

TEST_F(Status, SaysThatOnlyLoadShowsWhetherASignatureIsTrusted) {
    install_shim();
    sign_shim();
    kernel.host.write("sys/module/module/parameters/sig_enforce", "Y\n");
    NotLoaded report = must_not_be_loaded();
    EXPECT_THAT(report.obstacles, IsEmpty());
    EXPECT_THAT(report.hint,
                StartsWith("netpoll-shim load, which shows whether the kernel trusts"));

    kernel.host.write("sys/module/module/parameters/sig_enforce", "N\n");
    report = must_not_be_loaded();
    EXPECT_EQ(report.hint, "netpoll-shim load");
}

TEST_F(Status, SaysThatNothingNeedsIt) {
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    const NotLoaded report = must_not_be_loaded();
    EXPECT_EQ(report.why_not_needed, "netpoll works on every device as it is");
    EXPECT_THAT(report.needed_by, IsEmpty());
    EXPECT_THAT(report.obstacles, IsEmpty()) << "the module is not missed";
    EXPECT_THAT(report.hint, IsEmpty());
}

TEST_F(Status, SaysThatNothingIsKnownOrMayBeServed) {
    kernel.host.set_module("nic_a", "0.1", "O");
    NotLoaded report = must_not_be_loaded();
    EXPECT_EQ(report.why_not_needed, "not enough is known of the devices");
    EXPECT_THAT(report.hint, HasSubstr("netpoll-shim check says why"));

    kernel.host.add_device("eth1", "nic_cmp");
    kernel.host.set_module("nic_cmp", "1.0", "O");
    report = must_not_be_loaded();
    EXPECT_EQ(report.why_not_needed, "the devices that need the module must not be served");
}

TEST_F(Status, SaysThatTheDatabaseDoesNotDecodeAndWhatElseIsWrong) {
    const StatusReport report = must_tell(without_sound_database());
    EXPECT_EQ(report.exit_code, ExitCode::action_needed);
    ASSERT_TRUE(report.not_loaded);
    EXPECT_THAT(report.not_loaded->survey.verdicts, IsEmpty());
    ASSERT_EQ(report.not_loaded->obstacles.size(), 2U);
    EXPECT_EQ(report.not_loaded->obstacles[0].message, "db.d/drivers/x.toml:1:9: what");
    EXPECT_EQ(report.not_loaded->obstacles[0].hint, "db lint");
    EXPECT_THAT(report.not_loaded->obstacles[1].message, HasSubstr("not found"));
}

TEST_F(Status, NeedsNoDatabaseWhereTheModuleIsLoaded) {
    kernel.host.load_shim("nic_a=drain");
    EXPECT_EQ(must_tell(without_sound_database()).exit_code, ExitCode::done);
}

TEST_F(Status, AsTextNamesTheCauseAndWhatToDo) {
    EXPECT_THAT(render_text(must_tell(kernel.context_maker())),
                testing::MatchesRegex("not loaded: needed by eth0 \\(policy nic_a=drain\\)\n"
                                      "stopped by: the module netpoll_shim was not found [^\n]*\n"
                                      "        do: install netpoll-shim-dkms [^\n]*\n"));
    install_shim();
    EXPECT_EQ(render_text(must_tell(kernel.context_maker())),
              "not loaded: needed by eth0 (policy nic_a=drain), and nothing that shows here stops "
              "it\n        do: netpoll-shim load\n");
    EXPECT_EQ(render_text(must_tell(without_sound_database())),
              "not loaded: whether anything needs it is not known\n"
              "stopped by: db.d/drivers/x.toml:1:9: what\n        do: db lint\n");
    kernel.host.write("proc/kallsyms", test::undemanding_kallsyms);
    EXPECT_EQ(render_text(must_tell(kernel.context_maker())),
              "not loaded: nothing to do: netpoll works on every device as it is\n");
}

TEST_F(Status, AsTextSaysWhatItDidNotLookAt) {
    kernel.host.is_root = false;
    EXPECT_THAT(render_text(must_tell(kernel.context_maker())),
                Not(HasSubstr("not read without root")))
        << "every file of this host can be read, and status makes no dry run";
}

TEST_F(Status, AsJsonHasTheSameFacts) {
    const auto json = nlohmann::json::parse(render_json(must_tell(kernel.context_maker())));
    EXPECT_EQ(json["exit_code"], 3);
    EXPECT_TRUE(json["loaded"].is_null());
    EXPECT_THAT(json["devices"], IsEmpty());
    const auto& why = json["not_loaded"];
    EXPECT_EQ(why["needed_by"], nlohmann::json::array({"eth0"}));
    EXPECT_EQ(why["policy"], "nic_a=drain");
    EXPECT_EQ(why["why_not_needed"], "");
    EXPECT_THAT(why["obstacles"][0]["message"].get<std::string>(), HasSubstr("not found"));
    EXPECT_THAT(why["obstacles"][0]["hint"].get<std::string>(), StartsWith("install "));
    EXPECT_EQ(why["obstacles"][0]["exit_code"], 1);
    EXPECT_EQ(why["hint"], "");
    EXPECT_EQ(why["kernel"]["release"], test::legacy_release);
    EXPECT_TRUE(why["shim"]["file"].is_null());
    EXPECT_EQ(why["devices"][0]["verdict"], "shim");
}

}  // namespace
}  // namespace netpoll_shim
