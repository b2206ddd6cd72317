// SPDX-License-Identifier: GPL-2.0-or-later
// The timer's service updates the database of a running system, and the module is judged anew.
#include <fmt/core.h>

#include <fstream>

#include "image_scenario.hpp"
#include "work_directory.hpp"

class DebianImageUpdate : public ImageScenario {
  protected:
    // Today's data with another class for ENA, so another mode, signed by a key that only the
    // image knows and in a folder of it that is a source.
    rig::Image image_with_an_update() const {
        const auto folder = scratch_.path();
        rig::run_or_throw({"cp", "-r", options().source / "drivers-db", folder / "db"});
        rig::run_or_throw(
            {"sed", "-i", "s/^class = \"A\"/class = \"C\"/", folder / "db/drivers/ena.toml"});
        const auto document = folder / "drivers-db.json";
        rig::run_or_throw({options().command, "db", "build", folder / "db", "--serial", "999999",
                           "--expires", "2099-01-31", "--output", document});
        rig::run_or_throw(
            {"minisign", "-G", "-W", "-p", folder / "test.pub", "-s", folder / "test.key"});
        rig::run_or_throw(
            {options().command, "db", "sign", document, "--key", folder / "test.key"});
        std::ofstream(folder / "stick.conf") << "directory = \"/srv/netpoll-shim\"\n";
        return rig::edit_disk(image_, folder / "disk",
                              fmt::format("mkdir /srv/netpoll-shim\n"
                                          "write {0}/drivers-db.json "
                                          "/srv/netpoll-shim/drivers-db.json\n"
                                          "write {0}/drivers-db.json.minisig "
                                          "/srv/netpoll-shim/drivers-db.json.minisig\n"
                                          "write {0}/test.pub /etc/netpoll-shim/keys.d/test.pub\n"
                                          "write {0}/stick.conf "
                                          "/etc/netpoll-shim/sources.d/stick.conf\n",
                                          folder.string()));
    }

    std::string mode() { return guest().run("cat /sys/class/net/eth0/netpoll_shim/mode").output; }

    // Of a unit, since it was last started or reloaded.
    void expect_journal_has(const std::string& unit, const std::string& text) {
        const auto said = guest().run("journalctl --no-pager -o cat -u " + unit).output;
        EXPECT_NE(said.find(text), std::string::npos) << said;
    }

    void SetUp() override { image_ = rig::build_image(options(), "late"); }

    const rig::WorkDirectory scratch_{"image-update"};
    rig::Image image_;
};

TEST_F(DebianImageUpdate, ReachesTheModule) {
    boot(image_with_an_update(), rig::kernel_releases(image_).front());
    EXPECT_EQ(mode(), "drain\n");
    EXPECT_EQ(guest().run("systemctl is-enabled netpoll-shim-db-update.timer").output, "enabled\n");

    guest().must("systemctl start netpoll-shim-db-update.service");
    expect_journal_has("netpoll-shim-db-update",
                       "eth0 (ena): the verdict changed from shim drain to shim guard");
    EXPECT_NE(guest().must("netpoll-shim db list --kernels").find("updated  serial 999999"),
              std::string::npos);
    // netconsole holds the module: it is not taken away, and that is said.
    guest().must(
        "until systemctl status --no-pager netpoll-shim-load | grep -q 'in use by'; do "
        "sleep 0.2; done");
    EXPECT_EQ(mode(), "drain\n");
    EXPECT_EQ(guest().run("systemctl is-active netpoll-shim-load").output, "active\n");

    guest().must("modprobe -r netconsole && systemctl reload netpoll-shim-load");
    EXPECT_EQ(mode(), "guard\n");
    // Nothing newer, nothing said.
    guest().must("systemctl start netpoll-shim-db-update.service");
    EXPECT_EQ(guest().run("journalctl -o cat -u netpoll-shim-db-update | grep -c verdict").output,
              "1\n");
    guest().must("modprobe netconsole");
    expect_panic_arrives();
}
