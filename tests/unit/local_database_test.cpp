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

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class LocalFolder : public testing::Test {
  protected:
    Result<Database> open() const {
        return add().map([](LocalDatabase&& local) { return std::move(local.database); });
    }

    Result<LocalDatabase> add() const {
        return add_local_files(read_local_files(folder_.root()), embedded_database_files());
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

TEST_F(LocalFolder, IsTheEmbeddedOneWhereThereIsNoFolderOrNoFileInIt) {
    const auto whole = decode_database(embedded_database_files());
    const auto without_folder = open();
    ASSERT_TRUE(without_folder);
    EXPECT_EQ(without_folder->drivers.size(), whole->drivers.size());
    folder_.write("etc/netpoll-shim/db.d/README", "nothing yet");
    const auto without_file = open();
    ASSERT_TRUE(without_file);
    EXPECT_EQ(without_file->drivers.size(), whole->drivers.size());
}

TEST_F(LocalFolder, AddsDriversAndStandsInForThoseThatAreThere) {
    folder_.write("etc/netpoll-shim/db.d/drivers/own_nic.toml", test::own_nic);
    folder_.write("etc/netpoll-shim/db.d/drivers/ena.toml",
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
TEST_F(LocalFolder, IsNeverAWholeOne) {
    folder_.write("etc/netpoll-shim/db.d/kernels/own.toml",
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

TEST_F(LocalFolder, NamesAFileThatIsWrongAndTakesTheOthers) {
    folder_.write("etc/netpoll-shim/db.d/drivers/ena.toml", "driver =\n");
    folder_.write("etc/netpoll-shim/db.d/drivers/own_nic.toml", test::own_nic);
    const auto local = add();
    ASSERT_TRUE(local) << local.error().message;
    EXPECT_THAT(local->warnings,
                ElementsAre(StartsWith("/etc/netpoll-shim/db.d/drivers/ena.toml:1:9: ")));
    EXPECT_THAT(local->files, ElementsAre("/etc/netpoll-shim/db.d/drivers/own_nic.toml"));
    EXPECT_NE(find_driver(local->database, "own_nic"), nullptr);
    // what is below it counts
    EXPECT_GT(find_driver(local->database, "ena")->ranges.size(), 1U);
}

TEST_F(LocalFolder, NamesEachWrongFileOnce) {
    folder_.write("etc/netpoll-shim/db.d/drivers/a.toml", "driver =\n");
    folder_.write("etc/netpoll-shim/db.d/drivers/b.toml", "driver = \"x\"\n");  // several problems
    folder_.write("etc/netpoll-shim/db.d/stray.toml", "");
    folder_.write("etc/netpoll-shim/db.d/kernels/rhel7.toml",
                  std::string(2 << 20, '#'));  // too large
    const auto local = add();
    ASSERT_TRUE(local) << local.error().message;
    EXPECT_THAT(local->warnings, ElementsAre(HasSubstr("rhel7.toml"), HasSubstr("a.toml"),
                                             HasSubstr("b.toml"), HasSubstr("stray.toml")));
    EXPECT_TRUE(local->files.empty());
    EXPECT_TRUE(find_kernel(local->database, "3.10.0-1160.el7.x86_64"));
}

// A file is refused for what it does to the others, too.
TEST_F(LocalFolder, RefusesAFamilyThatIsThereAlready) {
    folder_.write("etc/netpoll-shim/db.d/kernels/own.toml",
                  "family = \"RHEL 7\"\npattern = '^(\\d+)-own$'\n[[range]]\nfrom = "
                  "\"1\"\ndemands_hook = true\nevidence = [\"read\"]\n");
    const auto local = add();
    ASSERT_TRUE(local) << local.error().message;
    EXPECT_THAT(local->warnings, ElementsAre(HasSubstr("own.toml:1:10: family: also in")));
}

TEST_F(LocalFolder, IsWithoutLocalFilesWhereTheFolderIsAFile) {
    folder_.write("etc/netpoll-shim/db.d", "");
    const auto local = add();
    ASSERT_TRUE(local);
    EXPECT_THAT(local->warnings, ElementsAre(HasSubstr("cannot read /etc/netpoll-shim/db.d")));
}

TEST_F(LocalFolder, FailsWhereTheDatabaseBelowIsWrong) {
    const auto local =
        add_local_files(read_local_files(folder_.root()), {{"drivers/x.toml", "driver =\n"}});
    ASSERT_FALSE(local);
    EXPECT_EQ(local.error().exit_code, ExitCode::database_invalid);
}

}  // namespace
}  // namespace netpoll_shim
