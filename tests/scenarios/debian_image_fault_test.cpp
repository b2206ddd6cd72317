// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong in an image keeps it from nothing, and is said where one looks.
#include <fmt/core.h>

#include <fstream>

#include "image_scenario.hpp"
#include "work_directory.hpp"

class DebianImageFault : public ImageScenario {
  protected:
    // Without the module in its initramfs: the system's own files are what counts.
    void SetUp() override {
        image_ = rig::build_image(options(), "late");
        release_ = rig::kernel_releases(image_).front();
    }

    std::string module_path(const std::string& release) const {
        return "/usr/lib/modules/" + release + "/updates/dkms/netpoll_shim.ko";
    }

    rig::Image with(const std::string& debugfs_commands) const {
        return rig::edit_disk(image_, scratch_.path() / "disk", debugfs_commands);
    }

    // The unit failed, and nothing else but `others`; systemd and the command say `text`.
    void expect_says(const std::string& text, const std::string& others = "") {
        EXPECT_EQ(guest()
                      .run("systemctl list-units --failed --no-legend --plain | cut -d ' ' -f 1")
                      .output,
                  "netpoll-shim-load.service\n" + others);
        const auto unit = guest().run("systemctl status --no-pager --full netpoll-shim-load");
        EXPECT_NE(unit.output.find(text), std::string::npos) << unit.output;
        const auto status = guest().run("netpoll-shim status");
        EXPECT_NE(status.status, 0);
        EXPECT_NE(status.output.find(text), std::string::npos) << status.output;
    }

    // netconsole's unit failed, too, as it would without the project.
    void expect_refused_and_says(const std::string& text) {
        expect_says(text, "systemd-modules-load.service\n");
        expect_nothing_arrived();
    }

    const rig::WorkDirectory scratch_{"image-fault"};
    rig::Image image_;
    std::string release_;
};

// What the others change.
TEST_F(DebianImageFault, NoneIsServedBySystemd) {
    boot(image_, release_);
    EXPECT_EQ(guest().run("systemctl list-units --failed --no-legend").output, "");
    EXPECT_EQ(guest().run("cat /sys/class/net/eth0/netpoll_shim/mode").output, "drain\n");
    expect_panic_arrives();
}

// A file that somebody wrote wrong is out of force by itself; the rest serves the device.
TEST_F(DebianImageFault, CorruptDatabase) {
    const auto file = scratch_.path() / "broken.toml";
    std::ofstream(file) << "[driver\nname = \"ena\"\n";
    boot(with(fmt::format("write {} /etc/netpoll-shim/db.d/broken.toml\n", file.string())),
         release_);
    EXPECT_EQ(guest().run("systemctl list-units --failed --no-legend").output, "");
    for (const char* command :
         {"systemctl status --no-pager --full netpoll-shim-load", "netpoll-shim status"}) {
        const auto said = guest().run(command).output;
        EXPECT_NE(said.find("/etc/netpoll-shim/db.d/broken.toml"), std::string::npos) << said;
    }
    EXPECT_EQ(guest().run("cat /sys/class/net/eth0/netpoll_shim/mode").output, "drain\n");
    expect_panic_arrives();
}

TEST_F(DebianImageFault, MissingModule) {
    boot(with(fmt::format("rm {}\n", module_path(release_))), release_);
    expect_refused_and_says("netpoll_shim");
}

// Not the upgrade kernel's: with the same symbols and CONFIG_MODVERSIONS it would be taken.
TEST_F(DebianImageFault, ModuleOfAnotherKernel) {
    const std::string build = rig::run_or_throw(
        {"sh", "-c", "dpkg-query -W -f '${Depends}' linux-headers-amd64 | sed 's/[ ,].*//'"});
    const auto source = scratch_.path() / "source";
    std::filesystem::create_directory(source);
    for (const char* entry : {"Kbuild", "VERSION", "shim", "drivers-db"})
        rig::run_or_throw({"cp", "-r", options().source / entry, source});
    const std::string headers = build.substr(0, build.find('\n'));
    rig::run_or_throw(
        {"make", "-s", "-C", "/usr/src/" + headers, "M=" + source.string(), "modules"});

    boot(with(fmt::format("rm {0}\nwrite {1} {0}\n", module_path(release_),
                          (source / "netpoll_shim.ko").string())),
         release_);
    expect_refused_and_says(headers.substr(std::string("linux-headers-").size()));
}

TEST_F(DebianImageFault, SignatureEnforced) {
    boot(image_, release_, "module.sig_enforce=1");
    expect_refused_and_says("sign");
}
