// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/kernel_module.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "bake/module_source.hpp"
#include "util/file.hpp"
#include "util/streams.hpp"

namespace netpoll_shim {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_module_size = std::size_t{256} << 20U;

// As it is compressed or not, it stays.
std::string place_of(const std::string& release, const std::string& file) {
    const std::string name = fs::path(file).filename().string();
    const auto suffix = name.find(".ko");
    return fmt::format("lib/modules/{}/updates/netpoll_shim{}", release,
                       suffix == std::string::npos ? ".ko" : name.substr(suffix));
}

KernelModule planned(const std::string& release, const std::string& file, std::string from,
                     std::string bytes) {
    return {std::move(from),
            PlannedFile{place_of(release, file), Node::Kind::file, 0644, std::move(bytes)}};
}

bool wants_signature(const KernelFacts& kernel) {
    return (kernel.sig_enforce && kernel.sig_enforce->value) ||
           (kernel.lockdown && kernel.lockdown->value != "none");
}

// The first of the named files that the kernel would load.
Result<KernelModule> choose_named(const std::string& release, const BakeOptions& options,
                                  const JudgeWith& judge_with) {
    std::optional<Error> why;
    for (const std::string& file : options.module_files) {
        const auto judged = judge_with(release, file);
        if (!judged) {
            return tl::unexpected<Error>(judged.error());
        }
        auto misfit = find_misfit(*judged, options.force);
        if (!misfit) {
            auto bytes = read_file(file, max_module_size);
            if (!bytes) {
                return tl::unexpected<Error>(std::move(bytes).error());
            }
            return planned(release, file, file, *std::move(bytes));
        }
        why = std::move(misfit);
    }
    return tl::unexpected<Error>(*std::move(why));
}

// A build is checked as a named file is, which it becomes for that.
Result<KernelModule> check_built(const std::string& release, std::string from, std::string bytes,
                                 const BakeOptions& options, const JudgeWith& judge_with) {
    std::string pattern = (fs::temp_directory_path() / "netpoll-shim-XXXXXX.ko").string();
    const UniqueFd file(mkstemps(pattern.data(), 3));
    if (!file.valid()) {
        return system_failure("cannot create " + pattern, errno);
    }
    const auto judged = write_all(file.get(), bytes, pattern).and_then([&] {
        return judge_with(release, pattern);
    });
    unlink(pattern.c_str());
    if (!judged) {
        return tl::unexpected<Error>(judged.error());
    }
    if (auto misfit = find_misfit(*judged, options.force)) {
        return failure_in(from, *std::move(misfit));
    }
    return planned(release, "", std::move(from), std::move(bytes));
}

Result<KernelModule> build(const Root& root, const std::string& release, const BakeOptions& options,
                           const JudgeWith& judge_with) {
    if (options.build_tree) {
        const auto source = read_module_source(options, "");
        auto bytes = source ? build_on_tree(*source, *options.build_tree)
                            : tl::unexpected<Error>(source.error());
        if (!bytes) {
            return tl::unexpected<Error>(std::move(bytes).error());
        }
        return check_built(release, "built on " + *options.build_tree, *std::move(bytes), options,
                           judge_with);
    }
    const std::string tree = fmt::format("lib/modules/{}/build", release);
    if (!root.has_directory(tree)) {
        return failure(
            fmt::format("there is no netpoll_shim for {}, and no {} to build it on", release, tree),
            "--module FILE.ko, --build-tree DIR or --dkms");
    }
    auto bytes = build_in_image(root, release, options);
    if (!bytes) {
        return tl::unexpected<Error>(std::move(bytes).error());
    }
    return check_built(release, "built in the image", *std::move(bytes), options, judge_with);
}

}  // namespace

std::optional<Error> find_misfit(const JudgedKernel& judged, bool force) {
    const ShimFacts& shim = judged.kernel.shim;
    const std::string& release = judged.kernel.facts.release;
    if (!shim.file) {
        return Error{fmt::format("no netpoll_shim for {}: {}", release,
                                 shim.unreadable.empty() ? "none was made" : shim.unreadable),
                     ""};
    }
    const std::string hint =
        fmt::format("netpoll-shim check --root DIR --kernel {} --module FILE.ko says why", release);
    if (!shim.file->fits()) {
        return Error{
            fmt::format("{} does not fit {}: {}", shim.file->path, release,
                        shim.file->fit == VermagicFit::differs
                            ? fmt::format("its vermagic is '{}', not '{}'", shim.file->vermagic,
                                          shim.file->expected_vermagic)
                            : "its symbols are not this kernel's"),
            hint};
    }
    if (wants_signature(judged.kernel.facts) && !shim.file->is_signed && !force) {
        return Error{fmt::format("{} loads no unsigned modules, and {} has no signature", release,
                                 shim.file->path),
                     "sign it with a key that the kernel trusts (scripts/sign-file), and --module "
                     "FILE.ko"};
    }
    return std::nullopt;
}

Result<KernelModule> find_kernel_module(const Root& root, const JudgedKernel& kernel,
                                        const BakeOptions& options, const JudgeWith& judge_with,
                                        const std::function<bool(const std::string&)>& is_ours) {
    const std::string& release = kernel.kernel.facts.release;
    const auto& there = kernel.kernel.shim.file;
    const bool is_named = !options.module_files.empty();
    if (there && there->fits() && options.dkms) {
        return KernelModule{there->path, std::nullopt};
    }
    if (there && there->fits() && is_ours(there->path) && !is_named) {
        // To be put there again where the rest of the bake is.
        auto bytes = root.read(there->path, max_module_size);
        if (!bytes) {
            return tl::unexpected<Error>(std::move(bytes).error());
        }
        return KernelModule{there->path,
                            PlannedFile{there->path, Node::Kind::file, 0644, *std::move(bytes)}};
    }
    if (there && !is_ours(there->path)) {
        if (there->fits()) {
            return KernelModule{there->path, std::nullopt};
        }
        return failure(
            fmt::format("{} is there already, and does not fit {}", there->path, release),
            "it is not bake's: remove it, or its package, from the image");
    }
    if (is_named) {
        return choose_named(release, options, judge_with);
    }
    if (options.dkms) {
        return KernelModule{"", std::nullopt};
    }
    return build(root, release, options, judge_with);
}

}  // namespace netpoll_shim
