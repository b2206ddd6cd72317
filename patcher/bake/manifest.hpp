// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bake/node.hpp"
#include "util/result.hpp"
#include "util/root.hpp"

namespace netpoll_shim {

// Where a bake keeps what it needs to take itself back, in the image.
constexpr auto bake_folder = "var/lib/netpoll-shim/bake";
constexpr auto manifest_path = "var/lib/netpoll-shim/bake/manifest.json";
constexpr auto originals_folder = "var/lib/netpoll-shim/bake/originals";
// What begins the names of files that are not yet in their places. Nothing takes files of such
// names for its own: a dot hides them, and no extension tells what they are.
constexpr std::string_view staged_prefix = ".netpoll-shim-bake.";

// A path that a bake changes.
struct ManifestEntry {
    std::string path;     // without links and ".."
    std::string made_by;  // a tool, which can make it anew; "": the bake itself
    std::string release;  // of the kernel that the tool made it for; "": of none
    Node now;             // what the bake puts there; absent: it takes away what was there
    Node original;        // what was there; kept in the originals under the entry's number
};

struct ManifestDirectory {
    std::string path;
    bool is_created = false;  // by the bake: removed with it, if nothing else is in it
    timespec mtime{};         // as it was; of one that was not created
};

struct Manifest {
    bool is_complete = false;  // not: interrupted, to be taken back
    std::string version;       // of the command that wrote it
    timespec baked{};          // what the bake leaves as mtime of directories that it changes
    std::vector<std::string> kernels;
    std::vector<ManifestDirectory> directories;  // parents come before what is in them
    std::vector<ManifestEntry> entries;          // in the order in which they are put in place

    const ManifestEntry* find(const std::string& path) const;
};

std::string to_json(const Manifest& manifest);
// Fails for what to_json() did not write.
Result<Manifest> parse_manifest(const std::string& text);

// Nothing where the image has none.
Result<std::optional<Manifest>> load_manifest(const Root& root);

}  // namespace netpoll_shim
