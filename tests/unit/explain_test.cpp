// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

struct Row {
    const char* name;
    int error;
    const char* message;
    const char* hint;
};

class InsertFailure : public testing::TestWithParam<Row> {};

TEST_P(InsertFailure, IsExplained) {
    const Error error = explain_insert_failure(GetParam().error, "/x/netpoll_shim.ko", {});
    EXPECT_THAT(error.message, HasSubstr(GetParam().message));
    EXPECT_THAT(error.hint, HasSubstr(GetParam().hint));
    EXPECT_EQ(error.exit_code, ExitCode::failed);
}

INSTANTIATE_TEST_SUITE_P(
    Table, InsertFailure,
    testing::Values(Row{"Enoent", ENOENT, "needs a symbol", "dmesg"},
                    Row{"Einval", EINVAL, "refuses /x/netpoll_shim.ko or its policy", "dmesg"},
                    Row{"Enoexec", ENOEXEC, "no module for this kernel", "dmesg"},
                    Row{"Ebadmsg", EBADMSG, "damaged", "build the module again"},
                    Row{"Ekeyrejected", EKEYREJECTED, "demands a signature", "scripts/sign-file"},
                    Row{"Enokey", ENOKEY, "demands a signature", "mokutil"},
                    Row{"Enopkg", ENOPKG, "demands a signature", "mokutil"},
                    Row{"Eexist", EEXIST, "loaded by somebody else", "status"},
                    Row{"Eperm", EPERM, "refuses to load modules", "CAP_SYS_MODULE"},
                    Row{"Enomem", ENOMEM, "Cannot allocate memory", "dmesg"}),
    [](const auto& info) { return info.param.name; });

TEST(InsertRefused, NamesTheLockdown) {
    KernelFacts kernel;
    kernel.lockdown = Fact<std::string>{"integrity", "/sys/kernel/security/lockdown"};
    const Error error = explain_insert_failure(EPERM, "f", kernel);
    EXPECT_THAT(error.message, HasSubstr("locked down (integrity"));
    EXPECT_THAT(error.hint, HasSubstr("signed modules only"));
    kernel.lockdown->value = "none";
    EXPECT_THAT(explain_insert_failure(EPERM, "f", kernel).hint, HasSubstr("CAP_SYS_MODULE"));
}

TEST(InsertRefused, NamesModulesDisabledBeforeLockdown) {
    KernelFacts kernel;
    kernel.lockdown = Fact<std::string>{"integrity", ""};
    kernel.modules_disabled = Fact<bool>{true, ""};
    EXPECT_THAT(explain_insert_failure(EPERM, "f", kernel).message,
                HasSubstr("disabled until the next boot"));
    kernel.modules_disabled->value = false;
    EXPECT_THAT(explain_insert_failure(EPERM, "f", kernel).message, HasSubstr("locked down"));
}

ShimFile shim_file(bool is_signed) {
    ShimFile file;
    file.path = "/x/netpoll_shim.ko";
    file.is_signed = is_signed;
    return file;
}

TEST(SignatureFailure, IsForeseenInTheWordsOfTheKernelsRefusal) {
    KernelFacts kernel;
    EXPECT_FALSE(foresee_signature_failure(shim_file(false), kernel));
    kernel.sig_enforce = Fact<bool>{false, ""};
    kernel.lockdown = Fact<std::string>{"none", ""};
    EXPECT_FALSE(foresee_signature_failure(shim_file(false), kernel));

    kernel.lockdown->value = "integrity";
    const Error locked_down = explain_insert_failure(EPERM, "/x/netpoll_shim.ko", kernel);
    auto foreseen = foresee_signature_failure(shim_file(false), kernel);
    ASSERT_TRUE(foreseen);
    EXPECT_EQ(foreseen->message, locked_down.message);
    EXPECT_EQ(foreseen->hint, locked_down.hint);
    EXPECT_FALSE(foresee_signature_failure(shim_file(true), kernel));

    kernel.sig_enforce->value = true;
    const Error unsigned_file = explain_insert_failure(EKEYREJECTED, "/x/netpoll_shim.ko", kernel);
    foreseen = foresee_signature_failure(shim_file(false), kernel);
    ASSERT_TRUE(foreseen);
    EXPECT_THAT(unsigned_file.message, testing::StartsWith(foreseen->message));
    EXPECT_EQ(foreseen->hint, unsigned_file.hint);
    EXPECT_FALSE(foresee_signature_failure(shim_file(true), kernel));
}

TEST(RemoveFailure, IsExplained) {
    EXPECT_THAT(explain_remove_failure(EWOULDBLOCK, {}).message, HasSubstr("in use"));
    EXPECT_THAT(explain_remove_failure(EBUSY, {}).message, HasSubstr("in use"));
    EXPECT_THAT(explain_remove_failure(ENOENT, {}).message, HasSubstr("somebody else"));
    EXPECT_THAT(explain_remove_failure(EPERM, {}).hint, HasSubstr("CAP_SYS_MODULE"));
    EXPECT_THAT(explain_remove_failure(EIO, {}).message, HasSubstr("Input/output error"));
    KernelFacts kernel;
    kernel.modules_disabled = Fact<bool>{true, ""};
    EXPECT_THAT(explain_remove_failure(EPERM, kernel).message, HasSubstr("until the next boot"));
}

}  // namespace
}  // namespace netpoll_shim
