// SPDX-License-Identifier: GPL-2.0-or-later
// Updates over https: from nginx, and from servers that mean harm.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "host.hpp"
#include "own_mounts.hpp"
#include "servers.hpp"

namespace updates {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::uint64_t in_force = 7;
constexpr std::uint64_t offered = 8;

// Serial 7 is in force, the servers have 8.
class Server : public testing::Test {
  protected:
    Server() {
        host_.world.offer(in_force);
        EXPECT_TRUE(host_.world.update());
        publish(offered);
    }

    void publish(std::uint64_t serial, const std::string& expires = netpoll_shim::test::far_day) {
        host_.world.offer(serial, expires);
        fs::remove_all(host_.world.path("www"));
        fs::rename(host_.world.path("mirror"), host_.world.path("www"));
    }

    std::string folder() const { return host_.world.path(""); }

    Ended update(const std::string& url, const Arguments& environment = {},
                 const std::string& timeout = "120") const {
        Arguments argv = {"env", "-u",          "https_proxy",
                          "-u",  "HTTPS_PROXY", "CURL_CA_BUNDLE=" + certificate_.certificate};
        argv.insert(argv.end(), environment.begin(), environment.end());
        const Arguments command = host_.db({"update", "--from", url, "--timeout", timeout});
        argv.insert(argv.end(), command.begin(), command.end());
        return run(argv);
    }

    // The image's source, and the certificate that it trusts.
    void configure(const std::string& url, const Certificate& ca) const {
        const std::string file = host_.world.path("root/etc/own.pem");
        fs::copy_file(ca.certificate, file, fs::copy_options::overwrite_existing);
        host_.world.folder().write("root/etc/netpoll-shim/sources.d/own.conf",
                                   fmt::format("url = \"{}\"\nca = \"/etc/own.pem\"\n", url));
    }

    void expect_refused(const Ended& ended, int exit_code, const std::string& message) const {
        EXPECT_EQ(ended.exit_code, exit_code) << ended.out;
        EXPECT_THAT(ended.out, HasSubstr(message));
        EXPECT_EQ(host_.serial(), in_force);
    }

    Host host_;
    Certificate certificate_ = make_certificate(folder(), "localhost");
};

TEST_F(Server, NginxHasTheNewDocument) {
    const Nginx nginx(folder(), certificate_);
    const Ended ended = update(nginx.https(""));
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("updated: serial 8"));
    EXPECT_EQ(host_.serial(), offered);
    const Ended again = update(nginx.https("drivers-db.json"));
    EXPECT_EQ(again.exit_code, 0) << again.out;
    EXPECT_THAT(again.out, HasSubstr("nothing newer: serial 8"));
}

TEST_F(Server, NginxIsFollowedToAnotherHttpsUrl) {
    const Nginx nginx(folder(), certificate_);
    const Ended ended = update(nginx.https("to-https/drivers-db.json"));
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    EXPECT_EQ(host_.serial(), offered);
}

TEST_F(Server, IsConfiguredWithItsCertificate) {
    const Nginx nginx(folder(), certificate_);
    configure(nginx.https(""), certificate_);
    const Ended ended = run(host_.db({"update"}));
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    EXPECT_EQ(host_.serial(), offered);
}

// Not by one that the system trusts.
TEST_F(Server, IsTrustedByItsOwnCertificateAlone) {
    const Nginx nginx(folder(), certificate_);
    const auto update_where_it_is_known = [&](const Certificate& ca) {
        configure(nginx.https(""), ca);
        return in_own_mounts([&]() -> std::string {
            mount_empty("/etc/ssl/certs");
            fs::copy_file(certificate_.certificate, "/etc/ssl/certs/known.pem");
            const Ended hashed = run({"openssl", "rehash", "/etc/ssl/certs"});
            const Ended ended = run(host_.db({"update", "--dry-run"}));
            return hashed.exit_code == 0
                       ? fmt::format("exit code {}: {}", ended.exit_code, ended.out)
                       : hashed.out;
        });
    };
    const auto said = update_where_it_is_known(make_certificate(folder(), "other"));
    if (!said) {
        GTEST_SKIP() << "no mounts of its own here";
    }
    EXPECT_THAT(*said, HasSubstr("exit code 5: "));
    EXPECT_THAT(*update_where_it_is_known(certificate_), HasSubstr("exit code 0: "));
}

TEST_F(Server, IsReachedThroughTheProxyOfTheEnvironment) {
    const Nginx nginx(folder(), certificate_);
    const HostileServer proxy("proxy", folder(), certificate_);
    const Ended ended = update(nginx.https(""), {"https_proxy=" + proxy.http("")});
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    EXPECT_EQ(host_.serial(), offered);
    EXPECT_THAT(proxy.log(), HasSubstr("CONNECT localhost:"));
}

TEST_F(Server, MustHaveATrustedCertificate) {
    const Nginx nginx(folder(), make_certificate(folder(), "liar"));
    expect_refused(update(nginx.https("")), 5, "certificate");
}

TEST_F(Server, MustSpeakHttps) {
    const Nginx nginx(folder(), certificate_);
    expect_refused(update(nginx.http("")), 2, "is no https URL");
    for (const char* path : {"to-http/", "to-http-file/drivers-db.json", "to-ftp/", "to-file/"}) {
        SCOPED_TRACE(path);
        expect_refused(update(nginx.https(path)), 5, "cannot fetch");
    }
    expect_refused(update(nginx.https("loop/")), 5, "redirects");
}

TEST_F(Server, ThatReplaysAnOldDocumentIsRefused) {
    publish(6);
    const Nginx nginx(folder(), certificate_);
    expect_refused(update(nginx.https("")), 5, "older than 7");
}

// Offline it would be a warning: nobody could have replaced it.
TEST_F(Server, WithAnExpiredDocumentIsRefused) {
    publish(offered, "2020-01-01");
    const Nginx nginx(folder(), certificate_);
    expect_refused(update(nginx.https("")), 5, "expired on 2020-01-01");
    const Ended offline = run(host_.db({"update", "--from", host_.world.path("www")}));
    EXPECT_EQ(offline.exit_code, 0) << offline.out;
    EXPECT_THAT(offline.out, HasSubstr("warning: serial 8 expired"));
}

TEST_F(Server, ThatCannotBeReachedIsNoLiar) {
    expect_refused(update(fmt::format("https://localhost:{}/", free_port())), 1, "cannot fetch");
    expect_refused(update("https://no-such-host.invalid/"), 1, "cannot fetch");
    const HostileServer silent("stalls-before-tls", folder(), certificate_);
    expect_refused(update(silent.https(""), {}, "5"), 1, "timed out");
    const Nginx nginx(folder(), certificate_);
    expect_refused(update(nginx.https("missing/")), 1, "404");
    expect_refused(update(nginx.https("broken/")), 1, "500");
}

TEST_F(Server, IsLeftAloneWithoutCurl) {
    expect_refused(update("https://localhost/", {"PATH=/nonexistent"}), 1, "cannot run curl");
}

struct Hostile {
    const char* mode;
    const char* message;
    const char* timeout = "120";  // seconds; where one must pass, little
};

void PrintTo(const Hostile& hostile, std::ostream* stream) {
    *stream << hostile.mode;
}

class HostileServerTest : public Server, public testing::WithParamInterface<Hostile> {};

TEST_P(HostileServerTest, IsRefused) {
    const HostileServer server(GetParam().mode, folder(), certificate_);
    expect_refused(update(server.https(""), {}, GetParam().timeout), 5, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Each, HostileServerTest,
    testing::Values(Hostile{"closes-at-once", ""}, Hostile{"speaks-no-tls", ""},
                    Hostile{"stalls-before-answering", "timed out", "5"},
                    Hostile{"stalls-in-the-middle", "timed out", "5"}, Hostile{"drips", "", "5"},
                    Hostile{"closes-before-answering", "mpty reply"}, Hostile{"closes-early", ""},
                    Hostile{"sends-for-ever", "larger"}, Hostile{"sends-chunks-for-ever", "larger"},
                    Hostile{"announces-a-terabyte", "file size"}, Hostile{"breaks-its-chunks", ""},
                    Hostile{"answers-nonsense", ""}, Hostile{"sends-headers-for-ever", ""},
                    Hostile{"sends-a-login-page", "invalid"},
                    Hostile{"sends-a-compressed-bomb", "file size"},
                    Hostile{"has-no-signature", "404"}),
    [](const auto& info) {
        std::string name = info.param.mode;
        std::erase(name, '-');
        return name;
    });

}  // namespace
}  // namespace updates
