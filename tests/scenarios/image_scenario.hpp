// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "image.hpp"
#include "netconsole.hpp"
#include "options.hpp"
#include "udp_receiver.hpp"

// A Debian image that boots, and the words that scenarios of it are written in.
class ImageScenario : public testing::Test {
  public:
    static void use(const rig::Options& options) { options_ = &options; }

  protected:
    static const rig::Options& options() { return *options_; }

    // Boots one of the image's kernels to systemd's multi-user.target, which must be reached.
    rig::Guest& boot(const rig::Image& image, const std::string& release,
                     const std::string& kernel_arguments = "");
    rig::Guest& guest() { return *guest_; }

    // The NIC was served before netconsole came, and the initramfs' last words arrived.
    void expect_served_before_netconsole();
    // Panics; all of it must arrive.
    void expect_panic_arrives();
    // The kernel refused netconsole's target, and nothing arrived.
    void expect_nothing_arrived();

    // Lines of the guest's kernel log that hold `text`, an extended regular expression.
    std::string log_lines_with(const std::string& text);

    rig::UdpReceiver receiver_;

  private:
    static const rig::Options* options_;
    std::unique_ptr<rig::Guest> guest_;
};
