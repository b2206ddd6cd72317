// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli_bake.hpp"

#include <CLI/CLI.hpp>

#include "commands/bake.hpp"
#include "render/bake.hpp"
#include "render/text.hpp"

namespace netpoll_shim {

BakeCommand::BakeCommand(CLI::App& app, bool& json) : json_(json) {
    bake_ = app.add_subcommand("bake", "prepare an image that is not running, or take that back");
    bake_->add_option("--root", options_.root, "the image: a directory where it is mounted")
        ->type_name("DIR")
        ->required();
    auto* kernel = bake_
                       ->add_option("--kernel", options_.kernel,
                                    "one kernel of the image; default: all that need the module")
                       ->type_name("RELEASE");
    bake_
        ->add_flag("--all-kernels", options_.all_kernels,
                   "every kernel of the image, as without --kernel")
        ->excludes(kernel);
    bake_
        ->add_option("--modalias", options_.modaliases,
                     "a device that the image will meet, besides those of EC2; repeatable")
        ->type_name("ALIAS")
        ->allow_extra_args(false);
    declare_module_options();
    declare_other_options();
    auto* undo =
        bake_->add_flag("--undo", options_.undo, "take back what bake did, whole or interrupted");
    for (const char* other : {"--kernel", "--all-kernels", "--modalias", "--module", "--dkms",
                              "--build-tree", "--source", "--command", "--db", "--no-initramfs"}) {
        undo->excludes(bake_->get_option(other));
    }
    bake_->add_flag("-j,--json", json, "print one JSON document");
    bake_->footer(
        "Without --module, --dkms and --build-tree the module is built in the image, on\n"
        "lib/modules/RELEASE/build. A second run changes nothing; --undo restores every file.\n"
        "Exits with 0 done, or nothing is needed; 3 a device must not be served, 4 unknown:\n"
        "nothing is changed then; 5 an invalid database, 6 root is needed; 1 and 2 for errors.");
}

void BakeCommand::declare_module_options() {
    auto* module = bake_
                       ->add_option("--module", options_.module_files,
                                    "module file, checked to fit the kernel; repeatable: for each "
                                    "kernel the first that fits")
                       ->type_name("FILE.ko")
                       ->allow_extra_args(false);
    auto* dkms = bake_->add_flag("--dkms", options_.dkms,
                                 "have the image's dkms build the module, and later ones");
    auto* tree = bake_
                     ->add_option("--build-tree", options_.build_tree,
                                  "build the module here, on the kernel build tree DIR")
                     ->type_name("DIR");
    module->excludes(dkms)->excludes(tree);
    dkms->excludes(tree);
    bake_
        ->add_option("--source", options_.source,
                     "the module's source; default: /usr/src/netpoll-shim-" NETPOLL_SHIM_VERSION)
        ->type_name("DIR")
        ->excludes(module);
}

void BakeCommand::declare_other_options() {
    bake_
        ->add_option("--command", options_.command,
                     "the command for the image; default: the one that runs")
        ->type_name("FILE");
    bake_
        ->add_option(
            "--db", options_.database,
            "database files for the image's /etc/netpoll-shim/db.d, by which it is judged, "
            "too")
        ->type_name("PATH");
    bake_->add_flag("--no-initramfs", options_.no_initramfs, "do not make the initramfs anew");
    bake_->add_flag("-n,--dry-run", options_.dry_run, "print the plan, change nothing");
    bake_->add_flag("--force", options_.force,
                    "bake although a device is refused or unknown; with --undo: remove files of "
                    "ours that were changed");
}

bool BakeCommand::parsed() const {
    return bake_->parsed();
}

Output BakeCommand::run(const Context& context) const {
    const auto report = bake(options_, context);
    if (!report) {
        return error_output(report.error(), json_);
    }
    const std::optional<Error>& problem = report->problem;
    return {json_ ? render_json(*report) : render_text(*report),
            problem ? render_text(*problem) : "", static_cast<int>(report->exit_code)};
}

}  // namespace netpoll_shim
