// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli_db_publish.hpp"

#include <CLI/CLI.hpp>

#include "cli_db_report.hpp"
#include "database/embedded.hpp"
#include "util/password.hpp"

namespace netpoll_shim {

DbPublishCommands::DbPublishCommands(CLI::App& db, bool& json) : db_(db), json_(json) {
    build_ = declare_build();
    sign_ = declare_sign();
    verify_ = declare_verify();
    for (CLI::App* command : {build_, sign_, verify_}) {
        command->add_flag("-j,--json", json, "print one JSON document");
    }
}

CLI::App* DbPublishCommands::declare_build() {
    CLI::App* build = db_.add_subcommand(
        "build", "make one document of a database, to be signed and distributed");
    build->add_option("DIR", build_options_.from,
                      "a folder like drivers-db/; default: the embedded database");
    build
        ->add_option("--expires", build_options_.expires,
                     "the day on which it should have been replaced, as YYYY-MM-DD")
        ->type_name("DATE")
        ->required();
    build
        ->add_option("--serial", build_options_.serial,
                     "its number, above those of all documents before; default: DIR/SERIAL")
        ->type_name("NUMBER");
    build
        ->add_option("--output", build_options_.output,
                     "where to write it; default: the standard output")
        ->type_name("FILE");
    build->footer("Exits with 0 done, 5 an invalid database; 1 and 2 for errors.");
    return build;
}

CLI::App* DbPublishCommands::declare_sign() {
    CLI::App* sign = db_.add_subcommand("sign", "sign a document, as minisign does");
    sign->add_option("DOCUMENT", sign_options_.document, "what db build has made")->required();
    sign->add_option("--key", sign_options_.keys,
                     "a secret key of minisign; repeatable: several signatures. Its password is "
                     "read from the terminal or the standard input")
        ->type_name("FILE")
        ->required()
        ->allow_extra_args(false);
    sign->add_option("--output", sign_options_.output,
                     "where to write it; default: DOCUMENT.minisig")
        ->type_name("FILE");
    sign->footer(
        "Exits with 0 done, 5 no document, no key or a wrong password; 1 and 2 for errors.");
    return sign;
}

CLI::App* DbPublishCommands::declare_verify() {
    CLI::App* verify = db_.add_subcommand("verify", "check a document and its signature");
    verify->add_option("DOCUMENT", verify_options_.document, "what db build has made")->required();
    verify
        ->add_option("--signature", verify_options_.signature,
                     "its signature; default: DOCUMENT.minisig")
        ->type_name("FILE");
    verify
        ->add_option("--key", verify_options_.keys,
                     "a public key of minisign to trust instead of the embedded ones and those of "
                     "/etc/netpoll-shim/keys.d; repeatable")
        ->type_name("FILE")
        ->allow_extra_args(false);
    verify->footer("Exits with 0 valid, 5 it is not; 1 and 2 for errors.");
    return verify;
}

bool DbPublishCommands::parsed() const {
    return build_->parsed() || sign_->parsed() || verify_->parsed();
}

Output DbPublishCommands::run() const {
    if (build_->parsed()) {
        return report_output(db_build(build_options_, embedded_database_files()), json_);
    }
    if (sign_->parsed()) {
        return report_output(db_sign(sign_options_, read_password), json_);
    }
    const auto host = Root::open("/");
    if (!host) {
        return error_output(host.error(), json_);
    }
    return report_output(db_verify(verify_options_, *host), json_);
}

}  // namespace netpoll_shim
