// SPDX-License-Identifier: GPL-2.0-or-later
// The database that is in force in an image.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "bake/image_database.hpp"
#include "commands/check_image.hpp"
#include "database/lookup.hpp"
#include "render/json.hpp"
#include "render/text.hpp"
#include "support/update_folder.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* own_nic = R"(driver = "own_nic"
builtin_mode = "drain"
[[range]]
origin = "out-of-tree"
from = "1.0"
hook = false
class = "A"
evidence = ["read"]
)";

class ImageLayers : public testing::Test {
  protected:
    void write(const std::string& path, const std::string& text) const {
        world_.folder().write("root/" + path, text);
    }

    Result<LayeredDatabase> open() const {
        return open_layers(world_.world().shipped, world_.root());
    }

    Result<ImageDatabase> for_bake() const {
        return image_database(world_.root(), std::nullopt, world_.world().shipped);
    }

    test::UpdateFolder world_;
};

TEST_F(ImageLayers, AreItsUpdateAndItsLocalFiles) {
    const auto shipped = open();
    ASSERT_TRUE(shipped) << shipped.error().message;
    EXPECT_EQ(serial_in_force(*shipped), 1U);

    world_.offer(7);
    ASSERT_TRUE(world_.update());
    write("etc/netpoll-shim/db.d/drivers/own_nic.toml", test::own_nic);
    const auto layers = open();
    ASSERT_TRUE(layers) << layers.error().message;
    EXPECT_EQ(serial_in_force(*layers), 7U);
    EXPECT_THAT(layers->local_files, ElementsAre("/etc/netpoll-shim/db.d/drivers/own_nic.toml"));
    EXPECT_NE(find_driver(layers->database, "own_nic"), nullptr);
}

// What they name is in the image, not on the host.
TEST_F(ImageLayers, FollowLinksInside) {
    write("srv/own_nic.toml", test::own_nic);
    write("etc/netpoll-shim/db.d/drivers/README", "");
    fs::create_symlink("/srv/own_nic.toml",
                       world_.path("root/etc/netpoll-shim/db.d/drivers/own_nic.toml"));
    EXPECT_NE(find_driver(open()->database, "own_nic"), nullptr);
    // the store has none
    world_.folder().write("elsewhere/db/current", "");
    fs::create_directories(world_.path("root/var/lib"));
    fs::create_symlink(world_.path("elsewhere"), world_.path("root/var/lib/netpoll-shim"));
    EXPECT_THAT(open()->warnings, ElementsAre(HasSubstr("not a folder of its own")));
}

TEST_F(ImageLayers, WhatIsOutOfForceIsNamed) {
    write("etc/netpoll-shim/db.d/drivers/bad.toml", "driver =\n");
    EXPECT_THAT(open()->warnings,
                ElementsAre(HasSubstr("/etc/netpoll-shim/db.d/drivers/bad.toml:1:9: ")));
    CheckImageReport report;
    report.database_warnings = open()->warnings;
    EXPECT_THAT(render_text(report), HasSubstr("bad.toml:1:9: "));
    EXPECT_THAT(render_json(report), HasSubstr("bad.toml:1:9: "));
    // Whoever bakes can mend it.
    const auto bake = for_bake();
    ASSERT_FALSE(bake);
    EXPECT_EQ(bake.error().exit_code, ExitCode::database_invalid);
    EXPECT_THAT(bake.error().message, HasSubstr("bad.toml:1:9: "));
}

TEST_F(ImageLayers, AreThoseOfBake) {
    EXPECT_EQ(for_bake()->besides_shipped, "");
    world_.offer(7);
    ASSERT_TRUE(world_.update());
    EXPECT_EQ(for_bake()->besides_shipped, "its update, serial 7");
    EXPECT_EQ(for_bake()->database.ops_comparers.at(0).driver, "of serial 7");
    write("etc/netpoll-shim/db.d/drivers/own_nic.toml", test::own_nic);
    EXPECT_EQ(for_bake()->besides_shipped,
              "its update, serial 7, the files in /etc/netpoll-shim/db.d");
}

}  // namespace
}  // namespace netpoll_shim
