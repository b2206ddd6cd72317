// SPDX-License-Identifier: GPL-2.0-or-later
// Updates that must be refused, each with a database in force that must stay as it is. What only a
// server can do is in tests/updates/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "support/compressed.hpp"
#include "support/update_folder.hpp"
#include "update/signed_document.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

constexpr std::uint64_t in_force = 7;
constexpr std::uint64_t offered = 8;

struct Hostile {
    const char* name;
    // Makes the mirror, and whatever else is planted; it has a good document of serial 8 already.
    std::function<void(test::UpdateFolder&)> prepare;
    const char* message;
};

void PrintTo(const Hostile& hostile, std::ostream* stream) {
    *stream << hostile.name;
}

// Serial 6 was in force, 7 is, and 8 is offered.
class HostileWorld : public testing::Test {
  protected:
    HostileWorld() {
        world_.offer(in_force - 1);
        EXPECT_TRUE(world_.update());
        world_.offer(in_force);
        EXPECT_TRUE(world_.update());
        world_.offer(offered);
    }

    test::UpdateFolder world_;
};

class HostileUpdate : public HostileWorld, public testing::WithParamInterface<Hostile> {};

TEST_P(HostileUpdate, IsRefusedAndWhatIsInForceStays) {
    GetParam().prepare(world_);
    const auto before = world_.snapshot();
    const auto report = world_.update();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().exit_code, ExitCode::database_invalid) << report.error().message;
    EXPECT_THAT(report.error().message, HasSubstr(GetParam().message));
    EXPECT_EQ(world_.snapshot(), before);
}

const std::string document_file = "mirror/drivers-db.json";
const std::string signature_file = "mirror/drivers-db.json.minisig";

// Bytes that are signed as they are.
Hostile bytes(const char* name, const char* message,
              const std::function<std::string(std::string)>& change) {
    return {name,
            [change](test::UpdateFolder& world) {
                world.offer_bytes(change(world.document(offered)), test::comment_for(offered));
            },
            message};
}

Hostile content(const char* name, const char* message, const std::function<void(json&)>& change) {
    return bytes(name, message, [change](const std::string& document) {
        json changed = json::parse(document);
        change(changed);
        return changed.dump() + "\n";
    });
}

Hostile with_file(const char* name, const std::string& path) {
    return content(name, "no name for a file",
                   [path](json& document) { document["files"][path] = json::object(); });
}

// A number that no library would write; the comment says the same where it can.
Hostile serial(const char* name, const std::string& number) {
    return {name,
            [number](test::UpdateFolder& world) {
                std::string text = world.document(offered);
                const std::string key = "\"serial\":8";
                text.replace(text.find(key), key.size(), "\"serial\":" + number);
                std::string comment = test::comment_for(offered);
                comment.replace(comment.find("=8") + 1, 1, number.substr(0, 30));
                world.offer_bytes(text, comment);
            },
            "serial"};
}

Hostile signature(const char* name, const char* message,
                  const std::function<std::string(const test::UpdateFolder&)>& make) {
    return {
        name,
        [make](test::UpdateFolder& world) { world.folder().write(signature_file, make(world)); },
        message};
}

std::string good_signature(const test::UpdateFolder& world) {
    return world.key.sign(world.document(offered), test::comment_for(offered));
}

std::string replaced(std::string text, const std::string& what, const std::string& instead) {
    return text.replace(text.find(what), what.size(), instead);
}

// Something in the place of a path below the root of the host.
Hostile planted(const char* name, const std::string& place, const char* message) {
    return {name,
            [place](test::UpdateFolder& world) {
                const std::string path = world.path("root/var/lib/netpoll-shim" + place);
                const std::string elsewhere = world.path("root/elsewhere");
                if (fs::is_directory(path)) {
                    fs::rename(path, elsewhere);
                } else {
                    fs::remove(path);
                    world.folder().write("root/elsewhere", "precious");
                }
                fs::create_symlink(elsewhere, path);
            },
            message};
}

void put(test::UpdateFolder& world, const std::string& name,
         const std::function<void(const std::string&)>& make) {
    const std::string path = world.path(name);
    fs::remove_all(path);
    make(path);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, HostileUpdate,
    testing::Values(
        bytes("Empty", "invalid", [](const std::string&) { return std::string(); }),
        bytes("NoJson", "invalid", [](const std::string&) { return std::string("<html>"); }),
        bytes("JsonOfAnotherKind", "invalid", [](const std::string&) { return std::string("[]"); }),
        bytes("TwoDocuments", "follows",
              [](const std::string& document) { return document + document; }),
        bytes("GarbageBehind", "invalid",
              [](const std::string& document) { return document + "\x01"; }),
        bytes("NulBytes", "invalid",
              [](const std::string& document) {
                  return replaced(document, "{", std::string("{\0", 2));
              }),
        bytes("NoUtf8", "invalid",
              [](const std::string& document) { return replaced(document, "made up", "\xc3("); }),
        bytes("CutOffAndSigned", "invalid",
              [](const std::string& document) { return document.substr(0, document.size() / 2); }),
        bytes("CompressedAndSigned", "invalid",
              [](const std::string& document) { return test::gzip(document); }),
        bytes("KeyTwice", "there twice",
              [](const std::string& document) {
                  return replaced(document, "\"schema\":1", "\"schema\":1,\"schema\":1");
              }),
        bytes("DeepNesting", "invalid",
              [](const std::string&) { return std::string(8 << 20, '['); }),
        bytes("DeepNestingInAFile", "drivers/nic.toml",
              [](const std::string& document) {
                  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
                  return replaced(document, "\"driver\":\"nic\"",
                                  "\"driver\":\"nic\",\"later\":" + deep);
              }),
        bytes("HugeNumberInAFile", "drivers/nic.toml",
              [](const std::string& document) {
                  return replaced(document, "\"driver\":\"nic\"",
                                  "\"driver\":\"nic\",\"later\":1e99999");
              }),
        content("SchemaOfALaterVersion", "needs netpoll-shim",
                [](json& document) { document["schema"] = 2; }),
        content("RequiresALaterVersion", "needs netpoll-shim 9.1 or newer",
                [](json& document) {
                    document["requires"] = {{{"feature", "x"}, {"version", "9.1"}}};
                }),
        content("OtherAlgorithm", "algorithm",
                [](json& document) { document["algorithm"] = "none"; }),
        content("NeverExpires", "expires", [](json& document) { document["expires"] = "never"; }),
        content("NoKernels", "no kernel families",
                [](json& document) {
                    document["files"].erase("kernels/dist.toml");
                    document["files"].erase("kernels/mainline.toml");
                }),
        content("ProblemInADriver", "updated-8/drivers/own.toml",
                [](json& document) {
                    document["files"]["drivers/own.toml"]["builtin_mode"] = "no such";
                }),
        content("OverlappingRanges", "overlaps",
                [](json& document) {
                    auto& ranges = document["files"]["drivers/nic.toml"]["range"];
                    ranges.push_back(ranges[0]);
                }),
        content("PatternThatIsTooLarge", "pattern",
                [](json& document) {
                    document["files"]["kernels/dist.toml"]["pattern"] =
                        "((a{1,1000}){1,1000}){1,1000}";
                }),
        with_file("PathUpwards", "drivers/../../../etc/passwd.toml"),
        with_file("PathAbsolute", "/etc/cron.d/own.toml"),
        with_file("PathHidden", "drivers/.own.toml"),
        with_file("PathWithANul", std::string("drivers/a\0b.toml", 16)),
        with_file("PathWithAnEscape", "drivers/\x1b[2J.toml")),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Serials, HostileUpdate,
    testing::Values(
        Hostile{"ReplayedOlder", [](test::UpdateFolder& world) { world.offer(in_force - 1); },
                "older than 7, the highest that was here"},
        Hostile{"ReplayedMuchOlder", [](test::UpdateFolder& world) { world.offer(2); },
                "older than 7"},
        Hostile{"OlderThanTheCommandsOwn",
                [](test::UpdateFolder& world) { world.shipped_serial = 9; },
                "older than 9, the command's own"},
        Hostile{"SameWithOtherContent",
                [](test::UpdateFolder& world) { world.offer(in_force, "2098-01-01"); },
                "serial 7 has other content"},
        Hostile{"SameAsTheCommandsOwnWithOtherContent",
                [](test::UpdateFolder& world) { world.shipped_serial = offered; },
                "serial 8 has other content than the command's own"},
        serial("Zero", "0"), serial("Negative", "-8"), serial("Fraction", "8.5"),
        serial("Text", "\"8\""), serial("AboveTheLimit", "1000000000000"),
        serial("Twice", "8,\"serial\":9"), serial("LimitOfSigned64", "9223372036854775807"),
        serial("LimitOfUnsigned64", "18446744073709551615"),
        serial("BeyondUnsigned64", "18446744073709551616"),
        serial("ThousandsOfDigits", std::string(5000, '9')), serial("Exponent", "8e99999")),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Signatures, HostileUpdate,
    testing::Values(
        Hostile{"None", [](test::UpdateFolder& world) { fs::remove(world.path(signature_file)); },
                "minisig"},
        signature("Empty", "not as minisign", [](const auto&) { return std::string(); }),
        signature("OfAnotherFile", "not over this document",
                  [](const test::UpdateFolder& world) {
                      return world.key.sign(world.document(9), test::comment_for(offered));
                  }),
        signature("OfTheOneInForce", "not over this document",
                  [](const test::UpdateFolder& world) {
                      return world.key.sign(world.document(in_force), test::comment_for(in_force));
                  }),
        signature("Legacy", "legacy",
                  [](const test::UpdateFolder& world) {
                      return world.key.sign(world.document(offered), test::comment_for(offered),
                                            "Ed");
                  }),
        signature("KeyNumberZero", "no trusted key",
                  [](const test::UpdateFolder& world) {
                      test::KeyPair zero(1);
                      zero.id = {};
                      return zero.sign(world.document(offered), test::comment_for(offered));
                  }),
        signature("KeyUnknown", "no trusted key",
                  [](const test::UpdateFolder& world) {
                      return test::KeyPair(9).sign(world.document(offered),
                                                   test::comment_for(offered));
                  }),
        signature("NumberOfTheTrustedKeyByAnother", "not over this document",
                  [](const test::UpdateFolder& world) {
                      test::KeyPair liar(9);
                      liar.id = world.key.id;
                      return liar.sign(world.document(offered), test::comment_for(offered));
                  }),
        Hostile{"KeyRevoked",
                [](test::UpdateFolder& world) {
                    world.folder().write("root/etc/netpoll-shim/keys.d/x.revoked",
                                         world.key.pub_file());
                },
                "no trusted key"},
        signature("CommentChanged", "comment was changed",
                  [](const test::UpdateFolder& world) {
                      return replaced(good_signature(world), "serial=8", "serial=9");
                  }),
        signature("CommentOfAnotherSerial", "trusted comment says",
                  [](const test::UpdateFolder& world) {
                      return world.key.sign(world.document(offered), test::comment_for(9));
                  }),
        signature("CommentThatExpiresLater", "trusted comment says",
                  [](const test::UpdateFolder& world) {
                      return world.key.sign(world.document(offered),
                                            test::comment_for(offered, "2199-01-01"));
                  }),
        signature("CommentWithoutASerial", "trusted comment says",
                  [](const test::UpdateFolder& world) {
                      return world.key.sign(world.document(offered), "timestamp:1\tfile:x");
                  }),
        signature("GarbageBehind", "not as minisign",
                  [](const test::UpdateFolder& world) { return good_signature(world) + "x"; }),
        signature("Megabyte", "is larger", [](const auto&) { return std::string(1 << 20, 'x'); })),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Files, HostileUpdate,
    testing::Values(Hostile{"GigabyteOfZeros",
                            [](test::UpdateFolder& world) {
                                fs::resize_file(world.path(document_file),
                                                std::uintmax_t{1} << 30U);
                            },
                            "is larger"},
                    Hostile{"OneByteTooLarge",
                            [](test::UpdateFolder& world) {
                                fs::resize_file(world.path(document_file), max_document_size + 1);
                            },
                            "is larger"},
                    Hostile{"LargestOfZeros",
                            [](test::UpdateFolder& world) {
                                fs::resize_file(world.path(document_file), max_document_size);
                            },
                            "not over this document"},
                    Hostile{"EndlessDevice",
                            [](test::UpdateFolder& world) {
                                put(world, document_file, [](const std::string& path) {
                                    fs::create_symlink("/dev/zero", path);
                                });
                            },
                            "no regular file"},
                    Hostile{"EndlessSignature",
                            [](test::UpdateFolder& world) {
                                put(world, signature_file, [](const std::string& path) {
                                    fs::create_symlink("/dev/zero", path);
                                });
                            },
                            "no regular file"},
                    Hostile{"PipeThatNobodyFills",
                            [](test::UpdateFolder& world) {
                                put(world, document_file,
                                    [](const std::string& path) { mkfifo(path.c_str(), 0600); });
                            },
                            "no regular file"},
                    Hostile{"FolderInPlaceOfTheDocument",
                            [](test::UpdateFolder& world) {
                                put(world, document_file,
                                    [](const std::string& path) { fs::create_directory(path); });
                            },
                            "no regular file"},
                    planted("LinkInPlaceOfTheStore", "", "not a folder of its own"),
                    planted("LinkInPlaceOfTheDatabase", "/db", "not a folder of its own"),
                    planted("LinkInPlaceOfTheReleases", "/db/releases", "not a folder of its own"),
                    planted("LinkInPlaceOfTheLock", "/db/lock", "symbolic link"),
                    planted("LinkInPlaceOfTheRecord", "/highest-serial", "symbolic link")),
    [](const auto& info) { return info.param.name; });

class DamagedUpdate : public HostileWorld {
  protected:
    // Whether what the mirror has is refused and nothing has changed.
    void expect_refused(const std::string& document, const std::string& signature) const {
        world_.folder().write(document_file, document);
        world_.folder().write(signature_file, signature);
        const auto report = world_.update();
        ASSERT_FALSE(report);
        ASSERT_EQ(report.error().exit_code, ExitCode::database_invalid) << report.error().message;
    }
};

// What all of these tests refuse is something else each time.
TEST_F(DamagedUpdate, UndamagedIsTaken) {
    EXPECT_TRUE(world_.update());
    EXPECT_EQ(world_.serial(), offered);
}

TEST_F(DamagedUpdate, CutOffAnywhereIsRefused) {
    const std::string document = world_.document(offered);
    const std::string signature = good_signature(world_);
    const auto before = world_.snapshot();
    for (std::size_t percent = 0; percent < 100; percent++) {
        SCOPED_TRACE(percent);
        expect_refused(document.substr(0, document.size() * percent / 100), signature);
    }
    for (std::size_t size = 0; size + 1 < signature.size(); size++) {
        SCOPED_TRACE(size);
        expect_refused(document, signature.substr(0, size));
    }
    EXPECT_EQ(world_.snapshot(), before);
}

TEST_F(DamagedUpdate, WithOneBitFlippedIsRefused) {
    const std::string document = world_.document(offered);
    const std::string signature = good_signature(world_);
    const auto before = world_.snapshot();
    std::mt19937 random(1);
    constexpr int flips = 1000;
    for (int flip = 0; flip < flips; flip++) {
        std::string damaged = document;
        const std::size_t at = random() % damaged.size();
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
        SCOPED_TRACE(at);
        expect_refused(damaged, signature);
    }
    // The first line is not signed: it is for people.
    const std::size_t from = signature.find('\n') + 1;
    for (int flip = 0; flip < flips; flip++) {
        std::string damaged = signature;
        const std::size_t at = from + random() % (damaged.size() - from - 1);
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
        SCOPED_TRACE(at);
        expect_refused(document, damaged);
    }
    EXPECT_EQ(world_.snapshot(), before);
}

}  // namespace
}  // namespace netpoll_shim
