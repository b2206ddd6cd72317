// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "database/embedded.hpp"
#include "database/files.hpp"
#include "database/lookup.hpp"
#include "support/stored_database.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

class LocalDatabase : public testing::Test {
  protected:
    Result<Database> open(const std::string& name = "db.d") const {
        return open_local_database(folder_.path(name), embedded_database_files());
    }

    test::TemporaryFolder folder_;
};

constexpr const char* own_nic = R"(driver = "own_nic"
builtin_mode = "drain"
[[range]]
origin = "out-of-tree"
from = "1.0"
hook = false
class = "A"
evidence = ["read"]
)";

TEST_F(LocalDatabase, IsTheEmbeddedOneWhereThereIsNoFolderOrNoFileInIt) {
    const auto whole = decode_database(embedded_database_files());
    const auto without_folder = open();
    ASSERT_TRUE(without_folder);
    EXPECT_EQ(without_folder->drivers.size(), whole->drivers.size());
    folder_.write("db.d/README", "nothing yet");
    const auto without_file = open();
    ASSERT_TRUE(without_file);
    EXPECT_EQ(without_file->drivers.size(), whole->drivers.size());
}

TEST_F(LocalDatabase, AddsDriversAndStandsInForThoseThatAreThere) {
    folder_.write("db.d/drivers/own_nic.toml", own_nic);
    folder_.write("db.d/drivers/ena.toml",
                  "driver = \"ena\"\nbuiltin_mode = \"none\"\n[[range]]\norigin = "
                  "\"in-tree\"\nfrom = \"4.9\"\nhook = "
                  "false\nclass = \"B\"\nevidence = [\"read\"]\n");
    const auto database = open();
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_NE(find_driver(*database, "own_nic"), nullptr);
    EXPECT_EQ(find_driver(*database, "ena")->ranges.size(), 1U);
    EXPECT_NE(find_driver(*database, "e1000e"), nullptr);
}

// Unlike with `db list --from`: a host's kernel family does not make the others unknown.
TEST_F(LocalDatabase, IsNeverAWholeOne) {
    folder_.write("db.d/kernels/own.toml",
                  "family = \"Own\"\npattern = '^(\\d+)-own$'\n[[range]]\nfrom = "
                  "\"1\"\ndemands_hook = true\nevidence = [\"read\"]\n");
    const auto database = open();
    ASSERT_TRUE(database) << database.error().message;
    const auto own = find_kernel(*database, "7-own");
    ASSERT_TRUE(own);
    EXPECT_EQ(own->family->name, "Own");
    const auto embedded = find_kernel(*database, "3.10.0-1160.el7.x86_64");
    ASSERT_TRUE(embedded);
    EXPECT_EQ(embedded->family->name, "RHEL 7");
}

TEST_F(LocalDatabase, FailsWithThePlaceOfTheFirstProblem) {
    folder_.write("db.d/drivers/own_nic.toml", "driver =\n");
    const auto database = open();
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().exit_code, ExitCode::database_invalid);
    EXPECT_THAT(database.error().message, HasSubstr("drivers/own_nic.toml:1:9: "));
    EXPECT_THAT(database.error().hint, HasSubstr("db lint " + folder_.path("db.d")));
}

TEST_F(LocalDatabase, FailsWhereTheFolderIsAFile) {
    folder_.write("db.d", "");
    const auto database = open();
    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().message, HasSubstr("cannot read " + folder_.path("db.d")));
}

}  // namespace
}  // namespace netpoll_shim
