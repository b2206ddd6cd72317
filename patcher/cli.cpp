// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "cli_bake.hpp"
#include "cli_db.hpp"
#include "commands/check_inventory.hpp"
#include "render/exit_status.hpp"
#include "render/fleet.hpp"
#include "render/format.hpp"
#include "render/json.hpp"
#include "render/layout.hpp"
#include "render/prometheus.hpp"
#include "render/text.hpp"

namespace netpoll_shim {

namespace {

constexpr auto footer = R"(Exit codes:
  0  done, or every device is compatible
  1  failed
  2  usage error
  3  incompatible, or action needed
  4  unknown: not enough evidence
  5  the database or a signature is invalid
  6  root is needed

Examples:
  netpoll-shim check                        judge every device of this host
  netpoll-shim check eth0 --json            one device, for programs
  netpoll-shim check --inventory hosts.jsonl --format html >fleet.html
  netpoll-shim check --root /mnt            an image that is not running
  netpoll-shim load                         serve what needs it
  netpoll-shim load --module ./netpoll_shim.ko
  netpoll-shim status
  netpoll-shim bake --root /mnt --module ./netpoll_shim.ko
  netpoll-shim db show ena                  what is known of a driver, and from where)";

struct Options {
    bool json = false;
    CheckOptions check;
    CheckImageOptions image;
    std::optional<std::string> inventory;  // nothing: the running host
    std::string format;                    // a word of format_names; "": as json says
    std::string exit_style;                // of exit_style_names; "": as the format says
    LoadOptions load;
};

template <typename Names>
std::vector<std::string> words_of(const Names& names) {
    std::vector<std::string> words;
    words.reserve(names.size());
    for (const auto& [name, value] : names) {
        words.emplace_back(name);
    }
    return words;
}

Format format_of(const Options& options) {
    for (const auto& [name, format] : format_names) {
        if (name == options.format) {
            return format;
        }
    }
    return options.json ? Format::json : Format::text;
}

ExitStyle exit_style_of(const Options& options) {
    for (const auto& [name, style] : exit_style_names) {
        if (name == options.exit_style) {
            return style;
        }
    }
    return format_of(options) == Format::nagios ? ExitStyle::nagios : ExitStyle::own;
}

// The parser, with the commands by name where the dispatch below needs them.
struct Parser {
    CLI::App app{"Lets netpoll and netconsole work on drivers that lost ndo_poll_controller.",
                 "netpoll-shim"};
    CLI::App* check = nullptr;
    CLI::App* load = nullptr;
    CLI::App* unload = nullptr;
    CLI::App* status = nullptr;
    std::optional<BakeCommand> bake;
    std::optional<DbCommands> db;  // declared last, to be last in --help

    explicit Parser(Options& options) {
        app.set_version_flag("--version", "netpoll-shim " NETPOLL_SHIM_VERSION,
                             "print the version and exit");
        app.set_help_flag("-h,--help", "print this help and exit");
        app.footer(footer);

        check = app.add_subcommand("check", "judge network devices, change nothing");
        check->add_option("INTERFACE", options.check.interfaces,
                          "devices to judge; default: all that have a bus driver");
        check->add_flag("--explain", options.check.explain, "show the whole chain of evidence");
        check->add_flag("--dry-run", options.check.dry_run,
                        "insert the module with dry_run=1 to look at the devices, and remove it; "
                        "root");
        add_module_option(check, options.check.module_file);
        add_image_options(check, options.image);
        add_inventory_options(check, options);
        check->footer(
            "Exits with 0 compatible, 3 action needed, 4 unknown; 1 and 2 for errors.\n"
            "An inventory with bad lines exits with 1. --exit-code=nagios: 0 ok, 1 warning, "
            "2 critical, 3 unknown. --exit-code=systemd: 1 for 3 and 4, 255 for errors.");

        load = app.add_subcommand("load", "load the module for the devices that need it");
        add_module_option(load, options.load.module_file);
        load->add_flag("--force", options.load.force,
                       "also serve devices of which too little is known, with attach");
        load->footer(
            "Exits with 0 done, 3 devices must not be served, 4 unknown, 6 root is needed; "
            "1 and 2 for errors.");

        unload = app.add_subcommand("unload", "unload the module");
        unload->footer("Exits with 0 done or not loaded, 6 root is needed; 1 and 2 for errors.");

        status = app.add_subcommand("status", "show the module and the devices it serves");
        status->footer(
            "Says why where the module is not loaded: what needs it, and what stops load.\n"
            "Exits with 0 loaded, 3 not loaded; 1 and 2 for errors.");

        for (CLI::App* command : {check, load, unload, status}) {
            command->add_flag("-j,--json", options.json, "print one JSON document");
        }
        add_output_options(check, options);
        bake.emplace(app, options.json);
        db.emplace(app, options.json);
    }

  private:
    static void add_module_option(CLI::App* command, std::optional<std::string>& file) {
        command
            ->add_option("--module", file,
                         "module file; default: what modules.dep of this kernel names")
            ->type_name("FILE.ko");
    }

    // After the options of the running host, which do not go with an inventory.
    static void add_inventory_options(CLI::App* command, Options& options) {
        auto* inventory = command
                              ->add_option("--inventory", options.inventory,
                                           "judge the hosts of a file of JSON lines; - reads the "
                                           "standard input")
                              ->type_name("FILE");
        for (const char* other : {"INTERFACE", "--explain", "--dry-run", "--module", "--root"}) {
            inventory->excludes(command->get_option(other));
        }
    }

    static void add_output_options(CLI::App* command, Options& options) {
        command->add_option("--format", options.format, "what to print; default: text")
            ->check(CLI::IsMember(words_of(format_names)))
            ->excludes(command->get_option("--json"));
        command
            ->add_option("--exit-code", options.exit_style,
                         "what to exit with: own, nagios (with --format nagios anyway) or systemd, "
                         "for ExecCondition=")
            ->check(CLI::IsMember(words_of(exit_style_names)));
    }

    // After the options of the running host, most of which do not go with an image.
    static void add_image_options(CLI::App* command, CheckImageOptions& image) {
        auto* root = command
                         ->add_option("--root", image.root,
                                      "judge the kernels and drivers of an image that is not "
                                      "running; nothing of this host is looked at")
                         ->type_name("DIR");
        for (const char* other : {"INTERFACE", "--dry-run"}) {
            root->excludes(command->get_option(other));
        }
        auto* kernel = command
                           ->add_option("--kernel", image.kernel,
                                        "one kernel of the image; default: all of them")
                           ->type_name("RELEASE");
        command
            ->add_flag("--all-kernels", image.all_kernels,
                       "every kernel of the image, as without --kernel")
            ->excludes(kernel);
        command
            ->add_option("--modalias", image.modaliases,
                         "a device that the image will meet, besides those of EC2; repeatable")
            ->type_name("ALIAS")
            ->allow_extra_args(false);
        command->add_flag("--all-drivers", image.all_drivers,
                          "judge every network driver of the image");
        for (const char* option : {"--kernel", "--all-kernels", "--modalias", "--all-drivers"}) {
            command->get_option(option)->needs(root);
        }
    }
};

// The problem that a report may carry is in its JSON already.
void add_problem(const LoadReport& report, Output& output) {
    if (report.problem) {
        output.err = render_text(*report.problem);
    }
}

template <typename Report>
void add_problem(const Report& /*report*/, Output& /*output*/) {}

ExitCode exit_code_of(const UnloadReport& /*report*/) {
    return ExitCode::done;
}

template <typename Report>
ExitCode exit_code_of(const Report& report) {
    return report.exit_code;
}

template <typename Report>
Output report_output(const Result<Report>& report, bool json) {
    if (!report) {
        return error_output(report.error(), json);
    }
    Output output;
    output.out = json ? render_json(*report) : render_text(*report);
    output.exit_code = static_cast<int>(exit_code_of(*report));
    add_problem(*report, output);
    return output;
}

bool has(const std::vector<std::string>& arguments, const std::string& argument) {
    return std::find(arguments.begin(), arguments.end(), argument) != arguments.end();
}

// Arguments that cannot be parsed still tell who reads the status.
ExitStyle exit_style_named_in(const std::vector<std::string>& arguments) {
    for (const auto& [name, style] : exit_style_names) {
        const std::vector<std::string> apart = {"--exit-code", std::string(name)};
        if (has(arguments, "--exit-code=" + std::string(name)) ||
            std::search(arguments.begin(), arguments.end(), apart.begin(), apart.end()) !=
                arguments.end()) {
            return style;
        }
    }
    return ExitStyle::own;
}

Output usage_error(const std::string& message, const std::vector<std::string>& arguments) {
    const Error error{message, "netpoll-shim --help", ExitCode::usage};
    Output output = error_output(error, has(arguments, "--json") || has(arguments, "-j"));
    output.exit_code = exit_status(exit_style_named_in(arguments), error);
    return output;
}

// An error of check. Nothing but the JSON of a host's report has a place for it.
Output check_error_output(const Options& options, const Error& error) {
    const Format format = format_of(options);
    Output output = error_output(error, format == Format::json && !options.inventory);
    if (format == Format::nagios) {
        output.out = render_nagios(error);
    }
    output.exit_code = exit_status(exit_style_of(options), error);
    return output;
}

Output fleet_output(const Fleet& fleet, Format format) {
    switch (format) {
        case Format::json:
            return {"", render_text(fleet)};
        case Format::prometheus:
            return {render_prometheus(fleet)};
        case Format::nagios:
            return {render_nagios(fleet)};
        case Format::html:
            return {render_html(fleet)};
        case Format::text:
            break;
    }
    return {render_text(fleet)};
}

Output check_inventory_output(const Options& options, const Context& context,
                              const Streams& streams) {
    const Format format = format_of(options);
    InventoryOptions inventory;
    inventory.file = options.inventory.value_or("-");
    inventory.wishes = {format == Format::json, format == Format::html};
    const auto fleet = check_inventory(inventory, context.database, streams);
    if (!fleet) {
        return check_error_output(options, fleet.error());
    }
    Output output = fleet_output(*fleet, format);
    for (const std::string& warning : context.database_warnings) {
        output.err += "netpoll-shim: database warning: " + printable(warning) + "\n";
    }
    output.exit_code =
        exit_status(exit_style_of(options), fleet->exit_code(), nagios_state(*fleet));
    return output;
}

std::string render(const CheckReport& report, Format format) {
    switch (format) {
        case Format::json:
            return render_json(report);
        case Format::prometheus:
            return render_prometheus(report);
        case Format::nagios:
            return render_nagios(report);
        case Format::html:
        case Format::text:
            break;
    }
    return render_text(report);
}

std::vector<Verdict> all_verdicts(const CheckImageReport& report) {
    std::vector<Verdict> verdicts;
    for (const JudgedKernel& kernel : report.kernels) {
        verdicts.insert(verdicts.end(), kernel.verdicts.begin(), kernel.verdicts.end());
    }
    return verdicts;
}

Output check_image_output(const Options& options, const Context& context, Format format) {
    if (format != Format::json && format != Format::text) {
        return check_error_output(options, {options.format + " is for a host or an inventory",
                                            "--format text or json", ExitCode::usage});
    }
    CheckImageOptions image = options.image;
    image.explain = options.check.explain;
    image.module_file = options.check.module_file;
    auto report = check_image(image, context.database);
    if (!report) {
        return check_error_output(options, report.error());
    }
    report->database_warnings = context.database_warnings;
    return {format == Format::json ? render_json(*report) : render_text(*report), "",
            exit_status(exit_style_of(options), report->exit_code,
                        nagios_state(all_verdicts(*report)))};
}

Output check_output(const CLI::App& command, const Options& options, const Context& context,
                    const Streams& streams) {
    if (options.inventory) {
        return check_inventory_output(options, context, streams);
    }
    const Format format = format_of(options);
    if (format == Format::html) {
        return check_error_output(
            options, {"html is for an inventory", "add --inventory FILE", ExitCode::usage});
    }
    if (command.count("--root") != 0) {
        return check_image_output(options, context, format);
    }
    const auto report = check(options.check, context);
    if (!report) {
        return check_error_output(options, report.error());
    }
    return {render(*report, format), "",
            exit_status(exit_style_of(options), report->exit_code,
                        nagios_state(report->survey.verdicts))};
}

Output dispatch(const Parser& parser, const Options& options, const Context& context,
                const Streams& streams) {
    if (parser.check->parsed()) {
        return check_output(*parser.check, options, context, streams);
    }
    if (const auto& bake = parser.bake; bake && bake->parsed()) {
        return bake->run(context);
    }
    if (parser.load->parsed()) {
        return report_output(load(options.load, context), options.json);
    }
    return report_output(unload(context), options.json);
}

DatabaseRequest needed_database(const Options& options, const Parser& parser) {
    if (parser.check->count("--root") != 0) {
        return {DatabaseScope::all, options.image.root};
    }
    const auto& bake = parser.bake;
    // bake has that of the image with what it puts in; and what is wrong with a database must not
    // keep the module in the kernel.
    if ((bake && bake->parsed()) || parser.unload->parsed()) {
        return {DatabaseScope::none};
    }
    return {options.inventory ? DatabaseScope::all : DatabaseScope::this_host};
}

}  // namespace

Output error_output(const Error& error, bool json) {
    Output output;
    output.out = json ? render_json(error) : "";
    output.err = render_text(error);
    output.exit_code = static_cast<int>(error.exit_code);
    return output;
}

Output run_cli(const std::vector<std::string>& arguments, const ContextMaker& make_context,
               const Streams& streams) {
    Options options;
    Parser parser(options);
    try {
        // CLI11 takes them from the back.
        parser.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        return {parser.app.help(), "", 0};
    } catch (const CLI::CallForVersion& version) {
        return {std::string(version.what()) + "\n", "", 0};
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what(), arguments);
    }
    // Not left to require_subcommand(): it hides the name of an unknown flag.
    const auto commands = parser.app.get_subcommands();
    if (commands.empty()) {
        return usage_error("a command is missing", arguments);
    }
    if (commands.size() > 1) {
        return usage_error(commands[1]->get_name() + ": only one command at a time", arguments);
    }
    // Before the context: what is wrong with the database must not stop the look at it.
    if (auto& db = parser.db; db && db->parsed()) {
        return db->run();
    }
    if (parser.status->parsed()) {
        return report_output(status(make_context), options.json);
    }
    const auto context = make_context(needed_database(options, parser));
    if (!context) {
        return parser.check->parsed() ? check_error_output(options, context.error())
                                      : error_output(context.error(), options.json);
    }
    return dispatch(parser, options, *context, streams);
}

}  // namespace netpoll_shim
