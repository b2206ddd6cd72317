// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_update.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "commands/db_available.hpp"
#include "commands/db_list.hpp"
#include "commands/db_rollback.hpp"
#include "render/db_text.hpp"
#include "render/db_update.hpp"
#include "support/fake_kernel.hpp"
#include "support/update_folder.hpp"
#include "update/store.hpp"
#include "util/file.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Update : public testing::Test {
  protected:
    UpdateOutcome outcome(const std::string& from = "mirror") const {
        const auto report = world_.update(from);
        EXPECT_TRUE(report) << report.error().message;
        return report ? report->outcome : UpdateOutcome::would_update;
    }

    Result<DbRollbackReport> roll_back() const {
        return db_rollback(world_.world().shipped, world_.root());
    }

    std::string highest() const {
        return read_file(world_.path("root/var/lib/netpoll-shim/highest-serial"), 100).value_or("");
    }

    std::string state(const std::string& name) const {
        return world_.path("root/var/lib/netpoll-shim/" + name);
    }

    test::UpdateFolder world_;
};

TEST_F(Update, PutsANewerDocumentInForce) {
    EXPECT_EQ(world_.serial(), 1U);
    world_.offer(7);
    const auto report = world_.update();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->outcome, UpdateOutcome::updated);
    EXPECT_EQ(report->head.serial, 7U);
    EXPECT_EQ(report->key, "embedded test.pub");
    EXPECT_EQ(report->effect->serial_before, 1U);
    EXPECT_EQ(report->effect->changes, 2U);  // a comparer added, another removed
    EXPECT_THAT(report->warnings, IsEmpty());

    const auto layers = world_.layers();
    EXPECT_EQ(serial_in_force(layers), 7U);
    EXPECT_THAT(layers.warnings, IsEmpty());
    EXPECT_EQ(layers.database.ops_comparers.at(0).driver, "of serial 7");
    EXPECT_EQ(layers.database.ops_comparers.at(0).source, "updated-7/compares-ops.toml#1");
    EXPECT_THAT(highest(), testing::StartsWith("7-"));
    EXPECT_THAT(render_text(*report), HasSubstr("updated: serial 7, expires 2099-01-31"));
    EXPECT_EQ(nlohmann::json::parse(render_json(*report))["effect"]["changes"], 2);
}

TEST_F(Update, DoesNothingWhereThereIsNothingNewer) {
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    const auto before = world_.snapshot();
    EXPECT_EQ(outcome(), UpdateOutcome::already_newest);
    EXPECT_EQ(world_.snapshot(), before);
}

TEST_F(Update, TellsWithADryRunAndChangesNothing) {
    world_.offer(7);
    const auto report = db_update({world_.path("mirror"), true}, world_.world());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->outcome, UpdateOutcome::would_update);
    EXPECT_EQ(report->effect->changes, 2U);
    EXPECT_THAT(world_.snapshot(), IsEmpty());
    EXPECT_FALSE(fs::exists(state("")));
    // nor does it clear up, or take what is older
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.folder().write("root/var/lib/netpoll-shim/db/releases/5-x", "");
    const auto before = world_.snapshot();
    EXPECT_EQ(db_update({world_.path("mirror"), true}, world_.world())->outcome,
              UpdateOutcome::already_newest);
    world_.offer(8);
    EXPECT_EQ(db_update({world_.path("mirror"), true}, world_.world())->outcome,
              UpdateOutcome::would_update);
    world_.offer(6);
    EXPECT_FALSE(db_update({world_.path("mirror"), true}, world_.world()));
    EXPECT_EQ(world_.snapshot(), before);
}

TEST_F(Update, KeepsThePreviousDocumentAndNoOther) {
    for (const std::uint64_t serial : {2U, 3U, 4U, 5U}) {
        world_.offer(serial);
        EXPECT_EQ(outcome(), UpdateOutcome::updated);
    }
    std::vector<std::string> releases;
    for (const auto& entry : fs::directory_iterator(state("db/releases"))) {
        releases.push_back(entry.path().filename().string().substr(0, 2));
    }
    EXPECT_THAT(releases, testing::UnorderedElementsAre("4-", "5-"));
}

TEST_F(Update, IsRolledBackAndForth) {
    EXPECT_FALSE(roll_back());
    world_.offer(2);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.offer(3);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    EXPECT_EQ(roll_back()->release->serial, 2U);
    EXPECT_EQ(world_.serial(), 2U);
    // The next run of a timer leaves it so; what is newer is taken.
    const auto again = world_.update();
    EXPECT_EQ(again->outcome, UpdateOutcome::already_newest);
    EXPECT_THAT(again->warnings, ElementsAre(HasSubstr("serial 3 was rolled back")));
    EXPECT_EQ(world_.serial(), 2U);
    EXPECT_EQ(roll_back()->release->serial, 3U);
    EXPECT_EQ(world_.serial(), 3U);
    EXPECT_EQ(roll_back()->release->serial, 2U);
    world_.offer(4);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    EXPECT_EQ(roll_back()->release->serial, 2U);
}

TEST_F(Update, TheFirstIsRolledBackToTheCommandsOwn) {
    world_.offer(2);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    const auto report = roll_back();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_FALSE(report->release);
    EXPECT_THAT(render_text(*report), HasSubstr("the command's own database, serial 1"));
    EXPECT_EQ(world_.serial(), 1U);
    EXPECT_EQ(outcome(), UpdateOutcome::already_newest);
    EXPECT_EQ(world_.serial(), 1U);
    EXPECT_EQ(roll_back()->release->serial, 2U);
    EXPECT_EQ(world_.serial(), 2U);
}

TEST_F(Update, RemembersWhatWasSeenOutsideOfTheData) {
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    fs::remove_all(state("db"));
    world_.offer(6);
    EXPECT_EQ(world_.update().error().exit_code, ExitCode::database_invalid);
    // what was there can be put there again
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    EXPECT_EQ(world_.serial(), 7U);
}

TEST_F(Update, KilledBeforeItWasRecordedIsRememberedAllTheSame) {
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    fs::remove(state("highest-serial"));
    world_.offer(6);
    EXPECT_EQ(world_.update().error().exit_code, ExitCode::database_invalid);
    EXPECT_TRUE(roll_back());
    EXPECT_THAT(highest(), testing::StartsWith("7-"));
    EXPECT_EQ(world_.update().error().exit_code, ExitCode::database_invalid);
}

TEST_F(Update, FailsWhereTheRecordCannotBeRead) {
    world_.offer(7);
    world_.folder().write("root/var/lib/netpoll-shim/highest-serial", "garbage\n");
    EXPECT_EQ(world_.update().error().exit_code, ExitCode::database_invalid);
    EXPECT_EQ(world_.serial(), 1U);
}

TEST_F(Update, OfTheCommandsOwnSerialIsNothingNewerIfItIsTheSame) {
    const auto own = build_document(world_.world().shipped.files, {1, test::far_day}).value();
    world_.offer_bytes(own, test::comment_for(1));
    EXPECT_EQ(outcome(), UpdateOutcome::already_newest);
    EXPECT_THAT(world_.snapshot(), IsEmpty());
}

TEST_F(Update, GivesWayToACommandWithANewerDatabase) {
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.shipped_serial = 8;
    const auto layers = world_.layers();
    EXPECT_EQ(serial_in_force(layers), 8U);
    EXPECT_THAT(layers.warnings, ElementsAre(HasSubstr("older than the command's own")));
    world_.offer(9);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    EXPECT_EQ(world_.serial(), 9U);
}

TEST_F(Update, ThatHasExpiredIsTakenOfflineWithAWarning) {
    world_.offer(7, "2020-01-01");
    const auto report = world_.update();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->outcome, UpdateOutcome::updated);
    EXPECT_THAT(report->warnings, ElementsAre(HasSubstr("expired on 2020-01-01")));
    EXPECT_EQ(world_.serial(), 7U);
    EXPECT_THAT(world_.layers().warnings, ElementsAre(HasSubstr("expired on 2020-01-01")));
}

TEST_F(Update, MendsWhatIsInForceAndCannotBeRead) {
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    const std::string document = fs::canonical(state("db/current")) / "drivers-db.json";
    const auto damage = [&](const std::string& bytes) {
        fs::remove_all(document);
        world_.folder().write(fs::relative(document, world_.path("")).string(), bytes);
    };
    damage("{}");
    const auto layers = world_.layers();
    EXPECT_EQ(serial_in_force(layers), 1U);
    EXPECT_THAT(layers.warnings, ElementsAre(HasSubstr("the updated database is not used")));
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    EXPECT_EQ(world_.serial(), 7U);
}

// Whatever is in the place of its links.
TEST_F(Update, MendsTheLinks) {
    world_.offer(6);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    EXPECT_EQ(roll_back()->release->serial, 6U);
    const auto put = [&](const std::function<void(const fs::path&)>& make) {
        fs::remove_all(state("db/current"));
        make(state("db/current"));
        EXPECT_EQ(outcome(), UpdateOutcome::updated);
        EXPECT_EQ(world_.serial(), 7U);
        EXPECT_THAT(world_.layers().warnings, IsEmpty());
    };
    put([](const fs::path& path) { fs::create_symlink("nowhere", path); });
    put([](const fs::path& path) { fs::create_directory(path); });
    put([](const fs::path& path) { std::ofstream(path) << "text"; });
}

// A local file that is right does not hide that the rest is not.
TEST_F(Update, ThatThisCommandCannotDecodeIsNotInForce) {
    auto document = nlohmann::json::parse(world_.document(7));
    document["files"]["drivers/own.toml"]["builtin_mode"] = "no such";
    const std::string bytes = document.dump() + "\n";
    const Release release = release_of({7, test::far_day}, bytes);
    ASSERT_TRUE(Store::open(world_.root()).and_then([&](Store&& store) {
        return store.install(release, bytes, world_.key.sign(bytes, test::comment_for(7)));
    }));
    world_.folder().write("root/etc/netpoll-shim/db.d/drivers/local.toml",
                          "driver = \"local\"\nbuiltin_mode = \"none\"\n[[range]]\norigin = "
                          "\"out-of-tree\"\nfrom = \"1\"\nhook = true\nclass = \"A\"\nevidence = "
                          "[\"read\"]\n");
    const auto layers = world_.layers();
    EXPECT_EQ(serial_in_force(layers), 1U);
    EXPECT_THAT(layers.warnings, ElementsAre(HasSubstr("the updated database is not used: ")));
    EXPECT_THAT(layers.local_files, testing::SizeIs(1));
}

TEST_F(Update, RolledBackToWhatIsOlderThanTheCommandIsSaid) {
    world_.offer(6);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.shipped_serial = 8;
    const auto report = roll_back();
    ASSERT_TRUE(report);
    EXPECT_THAT(render_text(*report), HasSubstr("serial 8, is newer and in force"));
    EXPECT_THAT(render_json(*report), HasSubstr("\"shipped\""));
}

TEST_F(Update, LinksThatNameNoReleaseAreNotFollowed) {
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    const fs::path release = fs::read_symlink(state("db/current"));
    for (const fs::path& target :
         {fs::path("/etc"), fs::path("../../x"), fs::path("releases"), fs::path("releases/../db"),
          state("db") / release, fs::path("releases/07-0123456789abcdef"),
          fs::path("releases/7-0123456789abcdef")}) {
        fs::remove(state("db/current"));
        fs::create_symlink(target, state("db/current"));
        EXPECT_EQ(world_.serial(), 1U) << target;
        EXPECT_THAT(world_.layers().warnings, testing::SizeIs(1)) << target;
    }
    // nor is a folder in its place taken for a link
    fs::remove(state("db/current"));
    fs::create_directory(state("db/current"));
    EXPECT_EQ(world_.serial(), 1U);
}

class UpdateKeys : public Update {
  protected:
    // A document by these keys in the mirror.
    void offer_by(std::uint64_t serial, const std::vector<const test::KeyPair*>& keys) const {
        const std::string bytes = world_.document(serial);
        std::string signatures;
        for (const test::KeyPair* key : keys) {
            signatures += key->sign(bytes, test::comment_for(serial));
        }
        world_.folder().write("mirror/drivers-db.json", bytes);
        world_.folder().write("mirror/drivers-db.json.minisig", signatures);
    }

    const test::KeyPair new_key_{2};
};

// The steps of docs/database-updates.md, as a client of before sees them.
TEST_F(UpdateKeys, RotateForOldClients) {
    offer_by(2, {&new_key_});
    EXPECT_THAT(world_.update().error().message, HasSubstr("no trusted key"));
    // For a time every document has both signatures.
    offer_by(2, {&new_key_, &world_.key});
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    // The new key comes to the client, by a new command or a file; the old one can go.
    world_.folder().write("root/etc/netpoll-shim/keys.d/2027.pub", new_key_.pub_file());
    offer_by(3, {&new_key_});
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.folder().write("root/etc/netpoll-shim/keys.d/old.revoked", world_.key.pub_file());
    offer_by(4, {&world_.key});
    EXPECT_EQ(world_.update().error().exit_code, ExitCode::database_invalid);
    EXPECT_EQ(world_.serial(), 3U);
    offer_by(4, {&new_key_});
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    EXPECT_EQ(roll_back()->release->serial, 3U);
    EXPECT_EQ(world_.serial(), 3U);
}

TEST_F(UpdateKeys, RevokedOnesPutTheirDocumentOutOfForce) {
    offer_by(2, {&world_.key});
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    world_.folder().write("root/etc/netpoll-shim/keys.d/x.revoked", world_.key.pub_file());
    EXPECT_EQ(world_.serial(), 1U);
    EXPECT_THAT(world_.layers().warnings, ElementsAre(HasSubstr("no trusted key has made it")));
}

class UpdateSources : public Update {
  protected:
    void configure(const std::string& name, const std::string& text) const {
        world_.folder().write("root/etc/netpoll-shim/sources.d/" + name, text);
    }

    // A mirror of its own in the root, that has this serial; its path there.
    std::string mirror(const std::string& name, std::uint64_t serial) const {
        world_.offer(serial);
        fs::create_directories(world_.path("root/srv"));
        fs::rename(world_.path("mirror"), world_.path("root/srv/" + name));
        return "/srv/" + name;
    }
};

TEST_F(UpdateSources, TheNewestOfAllIsTaken) {
    configure("a.conf", "directory = \"" + mirror("a", 5) + "\"\n");
    configure("b.conf", "file = \"" + mirror("b", 7) + "/drivers-db.json\"\n");
    configure("c.conf", "directory = \"" + mirror("c", 6) + "\"\nenabled = true\n");
    configure("d.conf", "directory = \"" + mirror("d", 9) + "\"\nenabled = false\n");
    configure("README", "no source");
    const auto report = world_.update_from_sources();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->head.serial, 7U);
    EXPECT_THAT(report->warnings, IsEmpty());
    const auto available = db_available({}, world_.world());
    ASSERT_TRUE(available);
    EXPECT_THAT(render_text(*available), HasSubstr("in force: serial 7"));
    EXPECT_EQ(available->sources.size(), 3U);
    EXPECT_EQ(available->sources[0].head->serial, 5U);
}

TEST_F(UpdateSources, AnotherOneThatFailsIsAWarning) {
    configure("a.conf", "url = \"https://mirror.example/db/\"\n");
    configure("b.conf", "directory = \"" + mirror("b", 7) + "\"\n");
    configure("c.conf", "url = \"http://insecure.example/\"\n");
    const auto report = world_.update_from_sources();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->outcome, UpdateOutcome::updated);
    EXPECT_THAT(report->warnings,
                ElementsAre(HasSubstr("c.conf: 'http://insecure.example/' is no https URL"),
                            "no network in https://mirror.example/db/drivers-db.json"));
}

TEST_F(UpdateSources, OneThatLiesOutweighsOneThatCannotBeReached) {
    configure("a.conf", "url = \"https://mirror.example/db/\"\n");
    EXPECT_EQ(world_.update_from_sources().error().exit_code, ExitCode::failed);
    const std::string folder = mirror("b", 7);
    world_.folder().write("root/srv/b/drivers-db.json", "{}");
    configure("b.conf", "directory = \"" + folder + "\"\n");
    EXPECT_EQ(world_.update_from_sources().error().exit_code, ExitCode::database_invalid);
    const auto available = db_available({}, world_.world());
    EXPECT_EQ(available->exit_code, ExitCode::database_invalid);
    EXPECT_THAT(available->sources[1].problem, HasSubstr("not over this document"));
}

TEST_F(UpdateSources, WithoutOneThereIsAHint) {
    const auto report = world_.update_from_sources();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().exit_code, ExitCode::failed);
    EXPECT_THAT(report.error().hint, HasSubstr("--from"));
}

TEST_F(UpdateSources, FilesThatSaySomethingElseAreNamed) {
    configure("a.conf", "url = 1\n");
    configure("b.conf", "url = \"https://x.example/\"\nfile = \"/x\"\n");
    configure("c.conf", "mirror = \"x\"\n");
    configure("d.conf", "directory = \"relative\"\n");
    configure("e.conf", "not toml\n");
    configure("f.conf", "file = \"/x\"\nca = \"/y\"\n");
    configure("g.conf", "url = \"https://x.example/{a,b}\"\n");
    const auto sources = read_sources(world_.root());
    EXPECT_TRUE(sources.sources.empty());
    EXPECT_EQ(sources.warnings.size(), 7U);
}

TEST(UpdateSource, IsAnHttpsUrlAFolderAFileOrTheStandardInput) {
    EXPECT_EQ(source_text(parse_source("https://x.example/db/").value()), "https://x.example/db/");
    EXPECT_EQ(source_text(parse_source("-").value()), "the standard input");
    EXPECT_EQ(source_text(parse_source("./-").value()), "./-");
    for (const char* bad : {"http://x.example/", "ftp://x", "file:///etc/passwd", "https://",
                            "https://x.example/[1-9]", "https://x.example/a b"}) {
        const auto source = parse_source(bad);
        ASSERT_FALSE(source) << bad;
        EXPECT_EQ(source.error().exit_code, ExitCode::usage);
    }
}

TEST_F(Update, IsListedWithItsOrigin) {
    world_.folder().write("root/etc/netpoll-shim/db.d/drivers/own.toml",
                          "driver = \"own\"\nbuiltin_mode = \"none\"\n[[range]]\norigin = "
                          "\"out-of-tree\"\nfrom = \"1\"\nhook = true\nclass = \"A\"\nevidence = "
                          "[\"read\"]\n");
    world_.folder().write("root/etc/netpoll-shim/db.d/drivers/bad.toml", "driver =\n");
    const auto list = [&] {
        return render_text(db_list({}, world_.world().shipped, world_.root()).value());
    };
    const std::string before = list();
    EXPECT_THAT(before, HasSubstr("shipped  serial 1, in the command\nlocal    "));
    EXPECT_THAT(before, HasSubstr("bad.toml:1:9: "));
    EXPECT_THAT(before, testing::ContainsRegex("\nown +1 .* local\n"));
    world_.offer(7);
    EXPECT_EQ(outcome(), UpdateOutcome::updated);
    const std::string after = list();
    EXPECT_THAT(after, HasSubstr("\nupdated  serial 7, expires 2099-01-31, signed by "));
    EXPECT_THAT(after, testing::ContainsRegex("\nnic +5 .* updated\n"));
    EXPECT_THAT(after, testing::ContainsRegex("\nown +1 .* local\n"));
}

// The verdicts of this host, before and after.
TEST_F(Update, TellsWhatChangesForThisHost) {
    test::FakeHost host;
    host.add_device("eth0", "nic");
    host.set_module("nic", "2.5", "O");
    UpdateWorld world = world_.world();
    world.host = host.sources();

    auto document = nlohmann::json::parse(world_.document(7));
    for (auto& range : document["files"]["drivers/nic.toml"]["range"]) {
        range["hook"] = true;
        range["class"] = "A";
    }
    world_.offer_bytes(document.dump() + "\n", test::comment_for(7));
    const auto report = db_update({world_.path("mirror")}, world);
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->effect->verdicts.size(), 1U);
    const VerdictChange& change = report->effect->verdicts[0];
    EXPECT_NE(change.before.kind, VerdictKind::native);
    EXPECT_EQ(change.after.kind, VerdictKind::native);
    ASSERT_FALSE(report->effect->host_changes.empty());
    for (const DbChange& entry : report->effect->host_changes) {
        EXPECT_THAT(entry.entry, testing::StartsWith("driver nic"));
    }
    EXPECT_LT(report->effect->host_changes.size(), report->effect->changes);
    EXPECT_THAT(render_log(*report),
                HasSubstr("netpoll-shim: eth0 (nic): the verdict changed from "));
    EXPECT_THAT(render_text(*report), HasSubstr("eth0: native, was "));
}

}  // namespace
}  // namespace netpoll_shim
