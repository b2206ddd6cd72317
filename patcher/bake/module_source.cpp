// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/module_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "bake/sandbox.hpp"
#include "bake/verify_module.hpp"
#include "bake/write_file.hpp"
#include "util/file.hpp"
#include "util/process.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_source_size = std::size_t{16} << 20U;  // of a file
constexpr std::size_t max_module_size = std::size_t{256} << 20U;
constexpr std::size_t most_lines = 20;
constexpr auto module_file = "netpoll_shim.ko";

// What packaging puts into the folder; a checkout has more.
constexpr std::array<std::string_view, 6> parts = {"Kbuild",     "VERSION",   "shim",
                                                   "drivers-db", "dkms.conf", "LICENSES"};

Result<void> add_file(const fs::path& file, const std::string& path,
                      std::vector<PlannedFile>& files) {
    auto text = read_file(file, max_source_size);
    if (!text) {
        return tl::unexpected<Error>(std::move(text).error());
    }
    files.push_back({path, Node::Kind::file, 0644, *std::move(text)});
    return {};
}

// What a build in the folder itself has left there.
bool is_built(const fs::path& file) {
    const std::string name = file.filename().string();
    constexpr std::array<std::string_view, 4> extensions = {".o", ".cmd", ".mod", ".ko"};
    return name.starts_with('.') || name == "tables.h" ||
           std::find(extensions.begin(), extensions.end(), file.extension().string()) !=
               extensions.end();
}

// A checkout has it apart, without the version.
Result<void> add_checkouts_dkms_conf(const fs::path& folder, const std::string& to,
                                     std::vector<PlannedFile>& files) {
    const fs::path file = folder / "packaging/dkms/dkms.conf";
    std::error_code error;
    if (fs::exists(folder / "dkms.conf", error) || !fs::exists(file, error)) {
        return {};
    }
    if (auto added = add_file(file, to + "/dkms.conf", files); !added) {
        return added;
    }
    constexpr std::string_view placeholder = "#MODULE_VERSION#";
    std::string& text = files.back().content;
    if (const auto at = text.find(placeholder); at != std::string::npos) {
        text.replace(at, placeholder.size(), NETPOLL_SHIM_VERSION);
    }
    return {};
}

Result<void> add_part(const fs::path& folder, std::string_view part, const std::string& to,
                      std::vector<PlannedFile>& files) {
    const fs::path place = folder / part;
    std::error_code error;
    if (!fs::is_directory(place, error)) {
        return fs::exists(place, error) ? add_file(place, fmt::format("{}/{}", to, part), files)
                                        : Result<void>();
    }
    for (const auto& entry : fs::recursive_directory_iterator(place, error)) {
        if (!entry.is_regular_file(error) || is_built(entry.path())) {
            continue;
        }
        const std::string below = fs::relative(entry.path(), folder, error).string();
        if (auto added = add_file(entry.path(), fmt::format("{}/{}", to, below), files); !added) {
            return added;
        }
    }
    if (error) {
        return failure(fmt::format("cannot read {}: {}", place.string(), error.message()));
    }
    return {};
}

// A folder of this machine that is gone with the object.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::error_code error;
        std::string pattern = (fs::temp_directory_path(error) / "netpoll-shim-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) {
            path_ = pattern;
        }
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder(TemporaryFolder&&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder() {
        std::error_code error;
        if (!path_.empty()) {
            fs::remove_all(path_, error);
        }
    }

    const std::string& path() const { return path_; }

  private:
    std::string path_;  // "" where it could not be made
};

}  // namespace

std::string dkms_source_folder() {
    return "usr/src/netpoll-shim-" NETPOLL_SHIM_VERSION;
}

Result<std::vector<PlannedFile>> read_module_source(const BakeOptions& options,
                                                    const std::string& to) {
    const fs::path folder = options.source.value_or("/" + dkms_source_folder());
    std::vector<PlannedFile> files;
    for (const std::string_view part : parts) {
        if (auto added = add_part(folder, part, to, files); !added) {
            return tl::unexpected<Error>(std::move(added).error());
        }
    }
    if (auto added = add_checkouts_dkms_conf(folder, to, files); !added) {
        return tl::unexpected<Error>(std::move(added).error());
    }
    const auto has = [&](std::string_view name) {
        return std::any_of(files.begin(), files.end(), [&](const PlannedFile& file) {
            return file.path == fmt::format("{}/{}", to, name);
        });
    };
    if (!has("Kbuild") || !has("VERSION")) {
        return failure(fmt::format("{} does not have the module's source", folder.string()),
                       "--source DIR names a checkout or what netpoll-shim-dkms installs; "
                       "--module FILE.ko needs none");
    }
    if (options.dkms && !has("dkms.conf")) {
        return failure(fmt::format("{} has no dkms.conf", folder.string()),
                       "--source DIR names what netpoll-shim-dkms installs in /usr/src");
    }
    return files;
}

Result<std::string> build_on_tree(const std::vector<PlannedFile>& source, const std::string& tree) {
    const TemporaryFolder folder;
    const auto root = Root::open(folder.path());
    if (!root) {
        return tl::unexpected<Error>(root.error());
    }
    for (const PlannedFile& file : source) {
        if (auto written = write_planned(*root, file); !written) {
            return tl::unexpected<Error>(std::move(written).error());
        }
    }
    const auto finished =
        run({{"make", "-C", fs::absolute(tree).string(), "M=" + folder.path(), "modules"}, ""});
    if (!finished) {
        return tl::unexpected<Error>(finished.error());
    }
    if (!finished->is_success()) {
        return failure(fmt::format("make on {} {}\n{}", tree, status_words(finished->status),
                                   last_lines(finished->output, most_lines)),
                       "--build-tree DIR names the build tree of the image's kernel");
    }
    return root->read(module_file, max_module_size);
}

Result<std::string> build_in_image(const Root& root, const std::string& release,
                                   const BakeOptions& options) {
    const std::string folder = "var/tmp/netpoll-shim-build";
    const auto source = read_module_source(options, folder);
    if (!source) {
        return tl::unexpected<Error>(source.error());
    }
    const auto layers = run_in_sandbox(
        root, *source,
        {{{"make", "-C", fmt::format("/lib/modules/{}/build", release), "M=/" + folder, "modules"},
          "the image needs make, a compiler and the headers of its kernel; else --module FILE.ko, "
          "or --build-tree DIR on this machine"}});
    if (!layers) {
        return tl::unexpected<Error>(layers.error());
    }
    return read_over(root, *layers, fmt::format("{}/{}", folder, module_file), max_module_size);
}

}  // namespace netpoll_shim
