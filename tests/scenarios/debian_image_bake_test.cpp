// SPDX-License-Identifier: GPL-2.0-or-later
// bake on a clean Debian root that is not running, and back.
#include "baked_tree.hpp"

class DebianImageBake : public BakedTree {};

TEST_F(DebianImageBake, ServesAndTakesBackEveryByte) {
    copy_plain(scratch_.path() / "root");
    bake_module();
    EXPECT_NE(changes_since(original()).size(), 0U);

    const auto baked = rig::list_tree(root());
    bake_module();
    EXPECT_EQ(changes_since(baked), std::vector<std::string>()) << "a second run changes nothing";

    boot_tree();
    expect_served_before_netconsole();
    EXPECT_EQ(guest().run("systemctl list-units --failed --no-legend").output, "");
    EXPECT_EQ(guest().run("netpoll-shim status").status, 0);
    expect_panic_arrives();

    undo();
    EXPECT_EQ(changes_since(original()), std::vector<std::string>());
}

TEST_F(DebianImageBake, DryRunChangesNothing) {
    copy_plain(scratch_.path() / "root");
    auto arguments = with_module();
    arguments.emplace_back("--dry-run");
    const auto plan = bake(arguments);
    EXPECT_EQ(plan.status, 0) << plan.output;
    EXPECT_NE(plan.output.find("netpoll_shim.ko"), std::string::npos) << plan.output;
    EXPECT_EQ(changes_since(original()), std::vector<std::string>());
}
