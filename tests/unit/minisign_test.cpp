// SPDX-License-Identifier: GPL-2.0-or-later
// With the real minisign as the peer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "commands/db_sign.hpp"
#include "commands/db_verify.hpp"
#include "support/stored_database.hpp"
#include "util/file.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

class Minisign : public testing::Test {
  protected:
    Minisign() {
        folder_.write("db.json",
                      build_document(test::good_database().files(), {7, "2099-01-31"}).value());
    }

    // What a shell makes of it, in the folder.
    int minisign(const std::string& arguments) const {
        const std::string command =
            "cd '" + folder_.path("") + "' && " MINISIGN " " + arguments + " >log 2>&1";
        return std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe)
    }

    std::string log() const { return read_file(folder_.path("log"), 1 << 16).value_or(""); }

    Result<DbSignReport> sign(const std::string& key, const std::string& password = "") const {
        DbSignOptions options;
        options.document = folder_.path("db.json");
        options.keys = {folder_.path(key)};
        return db_sign(options, [&](const std::string&) { return password; });
    }

    Result<DbVerifyReport> verify(const std::string& key) const {
        DbVerifyOptions options;
        options.document = folder_.path("db.json");
        options.keys = {folder_.path(key)};
        return db_verify(options, folder_.root());
    }

    test::TemporaryFolder folder_;
};

constexpr auto comment =
    "'serial=7 schema=1 expires=2099-01-31 algorithm=minisign-ed25519-blake2b'";

TEST_F(Minisign, VerifiesWhatWeSignWithItsKey) {
    ASSERT_EQ(minisign("-G -W -p k.pub -s k.key"), 0) << log();
    const auto report = sign("k.key");
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(minisign("-V -p k.pub -m db.json"), 0) << log();
    EXPECT_THAT(log(), HasSubstr("Trusted comment: serial=7 schema=1 expires=2099-01-31"));
    EXPECT_THAT(read_file(folder_.path("k.pub"), 1000).value(), HasSubstr(report->key_ids.front()));
    folder_.write("db.json", "{}");
    EXPECT_NE(minisign("-V -p k.pub -m db.json"), 0);
}

TEST_F(Minisign, SignsWhatWeVerifyWithItsKey) {
    ASSERT_EQ(minisign("-G -W -p k.pub -s k.key"), 0) << log();
    ASSERT_EQ(minisign("-S -s k.key -m db.json -t " + std::string(comment)), 0) << log();
    const auto report = verify("k.pub");
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->head.serial, 7U);
    EXPECT_THAT(report->warnings, testing::IsEmpty());
}

TEST_F(Minisign, ItsOwnCommentAndItsLegacyFormatAreRefused) {
    ASSERT_EQ(minisign("-G -W -p k.pub -s k.key"), 0) << log();
    ASSERT_EQ(minisign("-S -s k.key -m db.json"), 0) << log();
    EXPECT_THAT(verify("k.pub").error().message, HasSubstr("trusted comment says 'timestamp:"));
    ASSERT_EQ(minisign("-S -l -s k.key -m db.json -t " + std::string(comment)), 0) << log();
    EXPECT_EQ(verify("k.pub").error().exit_code, ExitCode::database_invalid);
    EXPECT_THAT(verify("k.pub").error().message, HasSubstr("legacy"));
}

// Scrypt with 1 GiB, as minisign has it.
TEST_F(Minisign, ItsKeysWithAPasswordAreUnderstood) {
    folder_.write("typed", "correct horse\ncorrect horse\n");
    ASSERT_EQ(minisign("-G -p k.pub -s k.key <typed"), 0) << log();
    const auto report = sign("k.key", "correct horse");
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(minisign("-V -p k.pub -m db.json"), 0) << log();
}

// Two keys during a rotation: minisign reads the first.
TEST_F(Minisign, OurSignaturesBySeveralKeysBeginWithOneThatItReads) {
    ASSERT_EQ(minisign("-G -W -p a.pub -s a.key"), 0) << log();
    ASSERT_EQ(minisign("-G -W -p b.pub -s b.key"), 0) << log();
    DbSignOptions options;
    options.document = folder_.path("db.json");
    options.keys = {folder_.path("a.key"), folder_.path("b.key")};
    ASSERT_TRUE(db_sign(options, [](const std::string&) { return std::string(); }));
    EXPECT_EQ(minisign("-V -p a.pub -m db.json"), 0) << log();
    EXPECT_TRUE(verify("a.pub"));
    EXPECT_TRUE(verify("b.pub"));
}

}  // namespace
}  // namespace netpoll_shim
