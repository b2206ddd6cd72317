// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli_db_update.hpp"

#include <CLI/CLI.hpp>

#include "cli_db_report.hpp"
#include "commands/db_rollback.hpp"
#include "commands/privilege.hpp"

namespace netpoll_shim {

DbUpdateCommands::DbUpdateCommands(CLI::App& db, bool& json) : db_(db), json_(json) {
    update_ = declare_update();
    rollback_ = declare_rollback();
    for (CLI::App* command : {update_, rollback_}) {
        command
            ->add_option("--root", root_,
                         "the root of an image, in place of this host: its keys, sources and "
                         "database")
            ->type_name("DIR");
        command->add_flag("-j,--json", json, "print one JSON document");
    }
}

CLI::App* DbUpdateCommands::declare_update() {
    CLI::App* update =
        db_.add_subcommand("update", "take the newest database that the sources have; root");
    update
        ->add_option("--from", options_.from,
                     "an https URL, a folder with drivers-db.json, a document, or - for the "
                     "standard input: the document and its signature behind it; default: the "
                     "sources in /etc/netpoll-shim/sources.d")
        ->type_name("URL|DIR|FILE|-");
    update->add_flag("--dry-run", options_.dry_run, "show what would change, and change nothing");
    update
        ->add_option("--timeout", limits_.total_seconds,
                     "how long fetching one file may take, in seconds")
        ->check(CLI::Range(1, 86400))
        ->type_name("SECONDS")
        ->capture_default_str();
    update->footer(
        "Exits with 0 done, or there is nothing newer; 5 what a source has must not be taken; 6 "
        "root "
        "is needed; 1 and 2 for errors.");
    return update;
}

CLI::App* DbUpdateCommands::declare_rollback() {
    CLI::App* rollback = db_.add_subcommand(
        "rollback",
        "put back the database that was in force before; again, and it is undone; root");
    rollback->footer(
        "Exits with 0 done, 1 there is none, 5 it is damaged, 6 root is needed; 2 for "
        "usage errors.");
    return rollback;
}

bool DbUpdateCommands::parsed() const {
    return update_->parsed() || rollback_->parsed();
}

Output DbUpdateCommands::run() const {
    auto root = Root::open(root_.value_or("/"));
    if (!root) {
        return error_output(root.error(), json_);
    }
    UpdateWorld world{shipped_database(), *std::move(root), curl_reader(limits_), std::nullopt};
    if (!root_) {
        world.host = live_sources();
        const char* command = update_->parsed() ? "db update" : "db rollback";
        if (const auto allowed = require_root(*world.host, command); !allowed) {
            return error_output(allowed.error(), json_);
        }
    }
    if (rollback_->parsed()) {
        return report_output(db_rollback(world.shipped, world.root), json_);
    }
    return report_output(db_update(options_, world), json_);
}

}  // namespace netpoll_shim
