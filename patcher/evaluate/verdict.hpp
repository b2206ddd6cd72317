// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/mode.hpp"

namespace netpoll_shim {

enum class VerdictKind {
    native,   // netpoll works on it as it is
    shim,     // it needs the module, in `mode`
    refuse,   // it must not be served: a known hazard
    unknown,  // not enough evidence: nothing is done without --force
};

// Whether the module serves the device now, as the verdict wants it.
enum class Service {
    none,        // not served
    waiting,     // down; the loaded module serves it when it comes up
    served,      // served in the verdict's mode (without a mode: in any)
    other_mode,  // served in another mode
};

// A sentence and the source of what it says.
struct Statement {
    std::string text;
    std::string source;
};

// What an answer rests on, the strongest first: a later kind never overrules an earlier one.
enum class Evidence {
    live_device,     // the netdev_ops of the device itself
    driver_object,   // the net_device_ops in the driver's .ko
    kernel_symbols,  // whether netpoll_poll_dev is exported
    database,        // drivers-db, by a kernel or driver that it names
    version_guess,   // drivers-db, by a version that backports may belie
};

// What a verdict needs to know.
enum class Question {
    demand,        // does the kernel demand the hook?
    hook,          // does the driver have it?
    driver_class,  // what does the driver do at budget 0?
};

enum class Standing { decides, agrees, overruled };

// An answer that was found, and what became of it.
struct ChainLink {
    Question question = Question::demand;
    Evidence evidence = Evidence::version_guess;
    Standing standing = Standing::decides;
    Statement statement;
};

// What is concluded for one device on one kernel, and all that led there.
struct Verdict {
    std::string interface;
    std::string driver;          // "" for a virtual device
    std::string driver_version;  // for display; "" if unknown
    VerdictKind kind = VerdictKind::unknown;
    std::optional<Mode> mode;  // of the kind shim only
    bool forceable = false;    // unknown, but load --force may serve it with attach
    Service service = Service::none;
    // As it is now, netconsole attaches and the machine can hang under receive load.
    bool can_hang = false;
    std::vector<Statement> reasons;
    std::vector<ChainLink> chain;  // every answer found, by question, the strongest first
    std::vector<std::string> contradictions;
    std::vector<std::string> remedies;      // what to do
    std::vector<std::string> alternatives;  // what could be done instead, and what comes of nothing

    // What the answer to a question rests on; nothing if it has none.
    std::optional<Evidence> rests_on(Question question) const;
    // The weakest evidence that any of the answers rests on; nothing if there is none.
    std::optional<Evidence> rests_on() const;
};

}  // namespace netpoll_shim
