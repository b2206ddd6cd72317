// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/pattern.hpp"
#include "database/version.hpp"
#include "util/mode.hpp"

namespace netpoll_shim {

// drivers-db/ in memory; its README.md says what each value means.

enum class Origin {
    in_tree,       // with an upstream kernel, and goes by that kernel's version
    distribution,  // with a distribution's kernel, and goes by its own version
    out_of_tree,   // goes by its own version
};

enum class DriverClass {
    a,  // TX completion in NAPI, no RX work at budget 0
    b,  // reclaims no TX at budget 0
    c,  // does RX work at budget 0
    unknown,
};

// Versions from `from` up to, but without, `before`; without `before` no end is known.
struct VersionRange {
    Version from;
    std::optional<Version> before;

    bool contains(const Version& version) const {
        return version >= from && (!before || version < *before);
    }
};

struct DriverRange {
    Origin origin = Origin::in_tree;
    // In-tree only: the versions are those of this kernel family. Empty: upstream's.
    std::string family;
    VersionRange versions;
    std::vector<std::string> srcversions;  // builds of this range, whatever their version says
    std::optional<bool> hook;              // ndo_poll_controller; nothing: unknown
    DriverClass driver_class = DriverClass::unknown;
    std::string note;  // may be empty
    std::vector<std::string> evidence;
    std::string source;  // FILE:LINE
};

struct Driver {
    std::string name;
    std::string module;                // as its file is called; empty: as the driver
    std::optional<Mode> builtin_mode;  // nothing: none
    std::vector<DriverRange> ranges;
    std::string source;  // FILE
};

struct KernelRange {
    VersionRange versions;
    std::optional<bool> demands_hook;  // nothing: unknown
    std::vector<std::string> evidence;
    std::string source;  // FILE:LINE
};

struct KernelFamily {
    std::string name;
    Pattern pattern;  // its group is the version that the ranges compare
    std::string pattern_text;
    bool upstream = false;
    std::vector<std::string> distributions;  // ID of os-release; empty: any
    std::vector<KernelRange> ranges;
    std::string source;  // FILE
};

struct OpsComparer {
    std::string driver;
    std::vector<std::string> evidence;
    std::string source;  // FILE:LINE
};

struct Database {
    std::vector<Driver> drivers;
    std::vector<KernelFamily> kernels;
    std::vector<OpsComparer> ops_comparers;
};

}  // namespace netpoll_shim
