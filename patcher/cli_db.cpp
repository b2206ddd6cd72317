// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli_db.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "render/db_json.hpp"
#include "render/db_markdown.hpp"
#include "render/db_text.hpp"
#include "render/text.hpp"

namespace netpoll_shim {

namespace {

constexpr auto from_help =
    "a folder like drivers-db/, or a file that stands in for an embedded one";

void add_problem(const DbLintReport& report, Output& output) {
    if (!report.problems.empty()) {
        output.err = render_text(Error{
            fmt::format("{} problem{} in the database", report.problems.size(),
                        report.problems.size() == 1 ? "" : "s"),
            "drivers-db/README.md has the format; --json has a hint for each", report.exit_code});
    }
}

template <typename Report>
void add_problem(const Report& /*report*/, Output& /*output*/) {}

template <typename Report>
Output report_output(const Result<Report>& report, bool json) {
    if (!report) {
        return error_output(report.error(), json);
    }
    Output output;
    output.out = json ? render_json(*report) : render_text(*report);
    output.exit_code = static_cast<int>(report->exit_code);
    add_problem(*report, output);
    return output;
}

}  // namespace

DbCommands::DbCommands(CLI::App& app, bool& json) : json_(json) {
    db_ = app.add_subcommand("db", "read and check the database of drivers and kernels");
    lint_ = declare_lint();
    list_ = declare_list();
    show_ = declare_show();
    diff_ = declare_diff();
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
    // Not for people: how docs/database.md is made.
    list->add_option("--format", format_)->check(CLI::IsMember({"text", "markdown"}))->group("");
    list->footer("Exits with 0; 5 an invalid database; 1 and 2 for errors.");
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

Output DbCommands::run(const std::vector<DatabaseFile>& embedded) const {
    const auto commands = db_->get_subcommands();
    if (commands.size() != 1) {
        return error_output(
            {commands.empty() ? "db: a command is missing"
                              : commands[1]->get_name() + ": only one command at a time",
             "netpoll-shim db --help", ExitCode::usage},
            json_);
    }
    if (lint_->parsed()) {
        return report_output(db_lint(lint_options_, embedded), json_);
    }
    if (show_->parsed()) {
        return report_output(db_show(show_options_, embedded), json_);
    }
    if (diff_->parsed()) {
        return report_output(db_diff(diff_options_, embedded), json_);
    }
    const auto report = db_list(list_options_, embedded);
    if (report && format_ == "markdown") {
        return {render_markdown(*report), "", static_cast<int>(report->exit_code)};
    }
    return report_output(report, json_);
}

}  // namespace netpoll_shim
