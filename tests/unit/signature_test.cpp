// SPDX-License-Identifier: GPL-2.0-or-later
#include "signature/signature.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "support/signing.hpp"
#include "support/stored_database.hpp"
#include "update/signed_document.hpp"
#include "update/trusted_keys.hpp"

namespace netpoll_shim {
namespace {

using testing::HasSubstr;

const test::KeyPair key(1);
const test::KeyPair other_key(2);
const std::string comment =
    "serial=7 schema=1 expires=2027-01-31 algorithm=" + std::string(document_algorithm);

const std::string& document() {
    static const std::string bytes =
        build_document(test::good_database().files(), {7, "2027-01-31"}).value();
    return bytes;
}

std::vector<PublicKey> keys() {
    return {other_key.public_key(), key.public_key()};
}

Result<SignedDocument> open(const std::string& signature, const std::string& bytes = document()) {
    return open_signed(bytes, signature, keys());
}

TEST(Signature, HoldsForWhatItSigned) {
    const auto opened = open(key.sign(document(), comment));
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->key, key.public_key());
    EXPECT_EQ(opened->document.head().serial, 7U);
}

TEST(Signature, IsWhatTheTestsOwnCodeSigns) {
    const auto text = sign(document(), key.secret_key(), comment);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_TRUE(open(*text));
    const auto lines = [](const std::string& file) { return file.substr(file.find('\n')); };
    EXPECT_EQ(lines(*text), lines(key.sign(document(), comment)));
    EXPECT_FALSE(sign(document(), key.secret_key(), "two\nlines"));
}

TEST(Signature, OfSeveralOneByATrustedKeyIsEnough) {
    const test::KeyPair unknown(3);
    const std::string both = unknown.sign(document(), comment) + key.sign(document(), comment);
    EXPECT_TRUE(open(both));
    EXPECT_TRUE(open(key.sign(document(), comment) + unknown.sign(document(), comment)));
    EXPECT_FALSE(open_signed(document(), both, {other_key.public_key()}));
}

TEST(Signature, TakesWindowsLineEndsAndAWiderComment) {
    std::string text = key.sign(document(), "channel=stable " + comment + "\tbuild=x");
    EXPECT_TRUE(open(text));
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
        text.insert(at, "\r");
    }
    EXPECT_TRUE(open(text));
}

struct Bad {
    const char* name;
    std::function<std::string()> signature;
    const char* message;
};

class BadSignature : public testing::TestWithParam<Bad> {};

TEST_P(BadSignature, IsRefused) {
    const auto opened = open(GetParam().signature());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().exit_code, ExitCode::database_invalid);
    EXPECT_THAT(opened.error().message, HasSubstr(GetParam().message));
}

std::string good() {
    return key.sign(document(), comment);
}

std::string with(const std::string& what, const std::string& instead) {
    std::string text = good();
    return text.replace(text.find(what), what.size(), instead);
}

std::string signed_with_id(const KeyId& id) {
    test::KeyPair pair(1);
    pair.id = id;
    return pair.sign(document(), comment);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadSignature,
    testing::Values(
        Bad{"Empty", [] { return std::string(); }, "not as minisign"},
        Bad{"NoLines", [] { return std::string("x"); }, "not as minisign"},
        Bad{"OfAnotherFile", [] { return key.sign(document() + " ", comment); }, "not over this"},
        Bad{"ByAnUnknownKey", [] { return test::KeyPair(9).sign(document(), comment); },
            "no trusted key has made it (made by 909090909090909)"},
        Bad{"WithTheNumberOfAnotherKey", [] { return signed_with_id(other_key.id); },
            "not over this"},
        Bad{"WithTheNumberZero", [] { return signed_with_id({}); }, "no trusted key"},
        Bad{"Legacy", [] { return key.sign(document(), comment, "Ed"); }, "legacy"},
        Bad{"OfAnotherAlgorithm", [] { return key.sign(document(), comment, "XX"); }, "algorithm"},
        Bad{"CommentChanged", [] { return with("serial=7", "serial=8"); }, "comment was changed"},
        Bad{"CommentEmptied", [] { return with(comment, ""); }, "comment was changed"},
        Bad{"OtherSerialInTheComment",
            [] { return key.sign(document(), "serial=8" + comment.substr(8)); },
            "trusted comment says 'serial=8"},
        Bad{"OtherExpiryInTheComment",
            [] {
                std::string text = comment;
                return key.sign(document(), text.replace(text.find("2027"), 4, "2099"));
            },
            "trusted comment says"},
        Bad{"SerialTwiceInTheComment", [] { return key.sign(document(), comment + " serial=9"); },
            "trusted comment says"},
        Bad{"NothingInTheComment", [] { return key.sign(document(), "timestamp:1 file:x"); },
            "trusted comment says"},
        Bad{"NoTrustedComment", [] { return good().substr(0, good().find("trusted comment:")); },
            "not as minisign"},
        Bad{"LineTooMany", [] { return good() + "x\n"; }, "not as minisign"},
        Bad{"EmptyLineInFront", [] { return "\n" + good(); }, "not as minisign"},
        Bad{"Base64Broken", [] { return with("\nRU", "\n!!"); }, "not as minisign"},
        Bad{"Base64TooLong", [] { return with("\nRU", "\nAAAARU"); }, "not as minisign"},
        Bad{"TooLarge",
            [] {
                std::string text;
                while (text.size() <= max_signature_size) {
                    text += good();
                }
                return text;
            },
            "not as minisign"}),
    [](const auto& info) { return info.param.name; });

TEST(Signature, FailsForEveryByteThatIsAnother) {
    const std::string signature = good();
    std::string bytes = document();
    for (std::size_t at = 0; at < bytes.size(); at += 37) {
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        EXPECT_FALSE(open(signature, bytes)) << at;
        bytes[at] = document()[at];
    }
}

TEST(Keys, AreWhatMinisignWrites) {
    // Made by minisign 0.11 -G.
    constexpr auto text =
        "untrusted comment: minisign public key 6F5DBC6DD0A9071B\n"
        "RWQbB6nQbbxdb/dBs6nc2sNew+0hdO0MRdL+K0xAyHhTbCzswUlEsvQ8\n";
    const auto parsed = parse_public_key(text, "x.pub");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(key_id_text(parsed->id), "6F5DBC6DD0A9071B");
    EXPECT_EQ(parse_public_key(key.pub_file(), "")->id, key.id);
    // The line alone, as minisign -P takes it.
    EXPECT_TRUE(parse_public_key("RWQbB6nQbbxdb/dBs6nc2sNew+0hdO0MRdL+K0xAyHhTbCzswUlEsvQ8", ""));
}

TEST(Keys, RefuseWhatIsNone) {
    test::KeyPair zero(1);
    zero.id = {};
    for (const std::string& text :
         {std::string(), std::string("untrusted comment: x\n"), key.key_file(),
          key.pub_file() + "x\n", std::string("x\ny\n"), zero.pub_file(), std::string(9000, 'R')}) {
        EXPECT_FALSE(parse_public_key(text, "")) << text;
    }
    // A letter in the middle of the key itself.
    std::string damaged = key.key_file();
    char& letter = damaged[damaged.find('\n') + 120];
    letter = letter == 'A' ? 'B' : 'A';
    for (const std::string& text : {std::string(), key.pub_file(), std::string(9000, 'R')}) {
        EXPECT_FALSE(parse_secret_key(text, ""));
        EXPECT_FALSE(is_encrypted(text));
    }
    EXPECT_THAT(parse_secret_key(damaged, "").error().message, HasSubstr("damaged"));
}

TEST(Keys, SecretOnesNeedTheirPassword) {
    EXPECT_FALSE(is_encrypted(key.key_file()).value());
    EXPECT_TRUE(is_encrypted(key.key_file("pass word")).value());
    EXPECT_EQ(parse_secret_key(key.key_file(), "any")->key, key.secret_key().key);
    const auto right = parse_secret_key(key.key_file("pass word"), "pass word");
    ASSERT_TRUE(right) << right.error().message;
    EXPECT_EQ(right->key, key.secret_key().key);
    EXPECT_EQ(right->id, key.id);
    const auto wrong = parse_secret_key(key.key_file("pass word"), "password");
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message, HasSubstr("wrong password"));
}

class Trusted : public testing::Test {
  protected:
    TrustedKeys read() const { return trusted_keys({{"release.pub", text_}}, folder_.root()); }

    std::string text_ = key.pub_file();
    test::TemporaryFolder folder_;
};

TEST_F(Trusted, AreTheEmbeddedOnesAndThoseOfTheFolder) {
    EXPECT_EQ(read().keys, std::vector{key.public_key()});
    EXPECT_TRUE(read().warnings.empty());
    folder_.write("etc/netpoll-shim/keys.d/own.pub", other_key.pub_file());
    folder_.write("etc/netpoll-shim/keys.d/README", "no key");
    const auto both = read();
    ASSERT_EQ(both.keys.size(), 2U);
    EXPECT_EQ(both.keys[1], other_key.public_key());
    EXPECT_EQ(both.keys[1].name, "/etc/netpoll-shim/keys.d/own.pub");
    EXPECT_TRUE(both.warnings.empty());
}

TEST_F(Trusted, AreNotThoseThatAreRevoked) {
    folder_.write("etc/netpoll-shim/keys.d/own.pub", other_key.pub_file());
    folder_.write("etc/netpoll-shim/keys.d/old.revoked", key.pub_file());
    EXPECT_EQ(read().keys, std::vector{other_key.public_key()});
}

TEST_F(Trusted, NameTheFilesThatAreNoKeys) {
    folder_.write("etc/netpoll-shim/keys.d/bad.pub", "no key");
    folder_.write("etc/netpoll-shim/keys.d/own.pub", other_key.pub_file());
    EXPECT_EQ(read().keys.size(), 2U);
    EXPECT_THAT(read().warnings, testing::ElementsAre(HasSubstr("bad.pub: not a public key")));
}

TEST(EmbeddedKeys, AreTwo) {
    const auto trusted = trusted_keys(embedded_keys(), test::TemporaryFolder().root());
    ASSERT_EQ(trusted.keys.size(), 2U);
    EXPECT_NE(trusted.keys[0].id, trusted.keys[1].id);
}

}  // namespace
}  // namespace netpoll_shim
