// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli_db.hpp"

#include <CLI/CLI.hpp>

#include "cli_db_report.hpp"
#include "render/db_markdown.hpp"

namespace netpoll_shim {

namespace {

constexpr auto from_help =
    "a folder like drivers-db/, a document, or a file that stands in for an embedded one";

}  // namespace

DbCommands::DbCommands(CLI::App& app, bool& json) : json_(json) {
    db_ = app.add_subcommand("db", "read, check, publish and update the database");
    lint_ = declare_lint();
    list_ = declare_list();
    show_ = declare_show();
    diff_ = declare_diff();
    publish_.emplace(*db_, json);
    update_.emplace(*db_, json);
    for (CLI::App* command : {lint_, list_, show_, diff_}) {
        command->add_flag("-j,--json", json, "print one JSON document");
    }
}

CLI::App* DbCommands::declare_lint() {
    CLI::App* lint = db_->add_subcommand("lint", "check database files");
    lint->add_option("PATH", lint_options_.paths,
                     "folders like drivers-db/, and files of one; default: the embedded database");
    lint->footer("Exits with 0 no problem, 5 problems, 1 what cannot be read; 2 for usage errors.");
    return lint;
}

CLI::App* DbCommands::declare_list() {
    CLI::App* list = db_->add_subcommand("list", "list drivers, kernel families, comparers");
    list->add_flag("--drivers", list_options_.drivers, "drivers alone");
    list->add_flag("--kernels", list_options_.kernels, "kernel families alone");
    list->add_flag("--comparers", list_options_.comparers, "drivers that compare their ops alone");
    list->add_option("--from", list_options_.from, from_help)->type_name("PATH");
    auto* available = list->add_flag("--available", available_,
                                     "list what the sources of updates have, or the one that "
                                     "--from names");
    list->add_flag("--shipped", list_options_.shipped, "list the embedded database")
        ->excludes("--from")
        ->excludes(available);
    // Not for people: how docs/database.md is made.
    list->add_option("--format", format_)->check(CLI::IsMember({"text", "markdown"}))->group("");
    list->footer("Exits with 0; 5 an invalid database, or one of a source; 1 and 2 for errors.");
    return list;
}

CLI::App* DbCommands::declare_show() {
    CLI::App* show = db_->add_subcommand(
        "show", "show all that is known of a driver or a kernel family, or of one build of it");
    show->add_option("NAME", show_options_.name, "a driver, a kernel family or its file's name")
        ->required();
    auto* kernel =
        show->add_option("--kernel", show_options_.kernel, "which range is the one for this kernel")
            ->type_name("RELEASE");
    show->add_option("--distribution", show_options_.distribution, "ID of that host's os-release")
        ->needs(kernel);
    show->add_option("--driver-version", show_options_.driver_version,
                     "which range is the one for this version of the driver")
        ->type_name("VERSION");
    show->add_option("--srcversion", show_options_.srcversion, "the build's, as modinfo shows it");
    auto* in_tree =
        show->add_flag("--in-tree", show_options_.in_tree, "the driver came with that kernel")
            ->needs(kernel);
    show->add_flag("--out-of-tree", show_options_.out_of_tree, "the driver did not")
        ->excludes(in_tree);
    show->add_option("--from", show_options_.from, from_help)->type_name("PATH");
    show->footer(
        "Exits with 0 found, 4 no such name or no range for the build, 5 an invalid database; "
        "1 and 2 for errors.");
    return show;
}

CLI::App* DbCommands::declare_diff() {
    CLI::App* diff = db_->add_subcommand("diff", "show what one database says otherwise");
    diff->add_option("A", diff_options_.before, from_help)->required();
    diff->add_option("B", diff_options_.after, "the same; default: the embedded database");
    diff->footer("Exits with 0 the same, 3 different, 5 an invalid database; 1 and 2 for errors.");
    return diff;
}

bool DbCommands::parsed() const {
    return db_->parsed();
}

Output DbCommands::run() const {
    const auto commands = db_->get_subcommands();
    if (commands.size() != 1) {
        return error_output(
            {commands.empty() ? "db: a command is missing"
                              : commands[1]->get_name() + ": only one command at a time",
             "netpoll-shim db --help", ExitCode::usage},
            json_);
    }
    if (publish_ && publish_->parsed()) {
        return publish_->run();
    }
    if (update_ && update_->parsed()) {
        return update_->run();
    }
    ShippedDatabase shipped = shipped_database();
    if (lint_->parsed()) {
        return report_output(db_lint(lint_options_, shipped.files), json_);
    }
    if (diff_->parsed()) {
        return report_output(db_diff(diff_options_, shipped.files), json_);
    }
    auto host = Root::open("/");
    if (!host) {
        return error_output(host.error(), json_);
    }
    if (show_->parsed()) {
        return report_output(db_show(show_options_, shipped, *host), json_);
    }
    return list({std::move(shipped), *std::move(host), curl_reader({}), std::nullopt});
}

Output DbCommands::list(const UpdateWorld& world) const {
    if (available_) {
        return report_output(db_available(list_options_.from, world), json_);
    }
    const auto report = db_list(list_options_, world.shipped, world.root);
    if (report && format_ == "markdown") {
        return {render_markdown(*report), "", static_cast<int>(report->exit_code)};
    }
    return report_output(report, json_);
}

}  // namespace netpoll_shim
