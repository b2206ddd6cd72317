// SPDX-License-Identifier: GPL-2.0-or-later
// Debian with the project's packages: served from the initramfs on.
#include "image_scenario.hpp"

class DebianImage : public ImageScenario {};

// What the others change: without the project nothing arrives.
TEST_F(DebianImage, WithoutThePackagesTheKernelRefuses) {
    const auto image = rig::build_image(options(), "plain");
    boot(image, rig::kernel_releases(image).front());
    expect_nothing_arrived();
}

TEST_F(DebianImage, PackagesServeBeforeNetconsole) {
    const auto image = rig::build_image(options(), "packages");
    boot(image, rig::kernel_releases(image).front());
    expect_served_before_netconsole();
    EXPECT_EQ(guest().run("systemctl is-active netpoll-shim-load.service").output, "active\n");
    EXPECT_EQ(guest().run("systemctl list-units --failed --no-legend").output, "");
    // A program that is not where the unit says it is would be passed over.
    EXPECT_EQ(guest().run("journalctl -u netpoll-shim-load | grep missing").output, "");
    EXPECT_EQ(guest().run("netpoll-shim status").status, 0);
    expect_panic_arrives();
}

// DKMS built for the new kernel when it was installed.
TEST_F(DebianImage, UpgradedKernelIsServed) {
    const auto image = rig::build_image(options(), "upgraded");
    const auto releases = rig::kernel_releases(image);
    ASSERT_EQ(releases.size(), 2U);
    boot(image, releases.back());
    EXPECT_NE(guest().must("modinfo -n netpoll_shim").find(releases.back() + "/updates/dkms/"),
              std::string::npos);
    expect_served_before_netconsole();
    expect_panic_arrives();
}
