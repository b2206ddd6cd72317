// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/decode.hpp"
#include "evaluate/verdict.hpp"
#include "update/layers.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

struct DbShowOptions {
    std::string name;                         // a driver, a kernel family or its file
    std::optional<std::string> from;          // a database of the disk; nothing: the one in force
    std::optional<std::string> kernel;        // a release, as uname -r tells it
    std::optional<std::string> distribution;  // ID of os-release
    std::optional<std::string> driver_version;
    std::optional<std::string> srcversion;
    bool in_tree = false;
    bool out_of_tree = false;
};

// The range of a driver for one build, by the rules of check.
struct DriverAnswer {
    std::optional<bool> in_tree;  // as it was given or assumed; nothing: it does not matter
    std::vector<Statement> identity;
    std::optional<DriverRange> range;  // nothing: the database does not know this build
    std::string why;                   // the range, or none
};

// The family and the range for a kernel release.
struct KernelAnswer {
    std::string family;  // "" if none matches
    std::string version;
    bool guess = false;
    std::optional<KernelRange> range;
};

struct DbShowReport {
    // What bears the name: a driver can compare its ops, too.
    std::optional<Driver> driver;
    std::optional<KernelFamily> kernel;
    std::optional<OpsComparer> comparer;
    std::optional<KernelAnswer> kernel_answer;  // where a release was given
    std::vector<DriverAnswer> driver_answers;   // for each origin that it can be
    std::vector<std::string> warnings;          // of updates and local files out of force
    ExitCode exit_code = ExitCode::done;        // unknown: an answer has no range
};

// All that a database says of a name, and which range is the one for a build. Fails with unknown
// where nothing bears the name; the hint has the nearest ones.
Result<DbShowReport> db_show(const DbShowOptions& options, const ShippedDatabase& shipped,
                             const Root& root);

}  // namespace netpoll_shim
