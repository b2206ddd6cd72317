// SPDX-License-Identifier: GPL-2.0-or-later
#include "bake/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "act/plan.hpp"
#include "bake/boot_files.hpp"
#include "bake/image_database.hpp"
#include "bake/image_tools.hpp"
#include "bake/in_the_way.hpp"
#include "bake/kernel_module.hpp"
#include "bake/module_source.hpp"
#include "bake/policy_file.hpp"
#include "bake/unit_links.hpp"
#include "evaluate/evaluate.hpp"
#include "facts/object/elf_file.hpp"
#include "util/file.hpp"

namespace netpoll_shim {

namespace {

constexpr std::size_t max_command_size = std::size_t{1} << 30U;
constexpr auto command_path = "usr/sbin/netpoll-shim";
constexpr mode_t program_mode = 0755;

CheckImageOptions check_options(const BakeOptions& options) {
    CheckImageOptions check;
    check.root = options.root;
    check.kernel = options.kernel;
    check.modaliases = options.modaliases;
    return check;
}

bool is_to_be_served(const JudgedKernel& kernel, bool force) {
    return std::any_of(kernel.verdicts.begin(), kernel.verdicts.end(), [&](const Verdict& verdict) {
        return planned_mode(verdict, force).has_value();
    });
}

// Why the image must be left as it is; nothing where it may be baked.
std::optional<Error> find_objection(const std::vector<JudgedKernel>& kernels) {
    std::string refused;
    std::string unknown;
    std::size_t verdicts = 0;
    for (const JudgedKernel& kernel : kernels) {
        for (const Verdict& verdict : kernel.verdicts) {
            verdicts++;
            std::string* list = verdict.kind == VerdictKind::refuse    ? &refused
                                : verdict.kind == VerdictKind::unknown ? &unknown
                                                                       : nullptr;
            if (list != nullptr) {
                *list += fmt::format("{}{} on {}", list->empty() ? "" : ", ", verdict.driver,
                                     kernel.kernel.facts.release);
            }
        }
    }
    constexpr auto hint =
        "netpoll-shim check --root DIR says why; --force bakes for the others, "
        "and serves unknown ones with attach";
    if (!refused.empty()) {
        return Error{"must not be served: " + refused, hint, ExitCode::action_needed};
    }
    if (!unknown.empty()) {
        return Error{"not enough is known of " + unknown, hint, ExitCode::unknown};
    }
    if (verdicts == 0) {
        return Error{"no network driver of the image binds to any of the devices",
                     "--modalias ALIAS names a device that it will meet", ExitCode::unknown};
    }
    return std::nullopt;
}

Result<void> add_modules(const Root& root, const BakeOptions& options, const Database& database,
                         const std::optional<Manifest>& earlier, BakePlan& plan) {
    const auto judge_with = [&](const std::string& release,
                                const std::string& file) -> Result<JudgedKernel> {
        CheckImageOptions check = check_options(options);
        check.kernel = release;
        check.module_file = file;
        auto report = check_image(check, database);
        if (!report) {
            return tl::unexpected<Error>(std::move(report).error());
        }
        return std::move(report->kernels.at(0));
    };
    const auto is_ours = [&](const std::string& path) {
        const auto resolved = root.resolve(path);
        return resolved && earlier && earlier->find(*resolved) != nullptr;
    };
    for (const JudgedKernel& kernel : plan.judged) {
        KernelPlan of_kernel{kernel.kernel.facts.release, is_to_be_served(kernel, options.force)};
        if (of_kernel.needs_module) {
            auto module = find_kernel_module(root, kernel, options, judge_with, is_ours);
            if (!module) {
                return tl::unexpected<Error>(std::move(module).error());
            }
            of_kernel.by_dkms = module->from.empty();
            of_kernel.module_from = of_kernel.by_dkms ? "dkms" : module->from;
            if (auto& file = module->file; file) {
                plan.files.push_back(*std::move(file));
            }
        }
        plan.kernels.push_back(std::move(of_kernel));
    }
    return {};
}

Result<void> add_dkms_source(const Root& root, const BakeOptions& options, BakePlan& plan) {
    const std::string folder = dkms_source_folder();
    if (!options.dkms || root.has_file(folder + "/dkms.conf")) {
        return {};
    }
    auto source = read_module_source(options, folder);
    if (!source) {
        return tl::unexpected<Error>(std::move(source).error());
    }
    plan.files.insert(plan.files.end(), source->begin(), source->end());
    return {};
}

// A command of another architecture may run here all the same, by QEMU.
std::optional<Error> find_wrong_machine(const std::string& command, const BakePlan& plan) {
    const auto elf = ElfFile::parse(command);
    if (!elf || elf->machine() == Machine::other) {
        return std::nullopt;
    }
    const std::string machine = elf->machine() == Machine::x86_64 ? "x86_64" : "aarch64";
    for (const JudgedKernel& kernel : plan.judged) {
        const KernelFacts& facts = kernel.kernel.facts;
        if (!facts.machine.empty() && facts.machine != machine) {
            return Error{fmt::format("the command is for {}, {} for {}", machine, facts.release,
                                     facts.machine),
                         "make static ARCH=arm64 makes one for aarch64; --command FILE names it"};
        }
    }
    return std::nullopt;
}

Result<void> add_command(const BakeOptions& options, BakePlan& plan) {
    auto bytes = read_file(options.command.value_or("/proc/self/exe"), max_command_size);
    if (!bytes) {
        return tl::unexpected<Error>(std::move(bytes).error());
    }
    if (auto wrong = find_wrong_machine(*bytes, plan)) {
        return tl::unexpected<Error>(*std::move(wrong));
    }
    plan.files.push_back({command_path, Node::Kind::file, program_mode, *std::move(bytes)});
    return {};
}

void add_boot_files(BakePlan& plan) {
    const auto files = boot_files();
    for (const BootFile& file : files) {
        plan.files.push_back(
            {std::string(file.path), Node::Kind::file, file.mode, std::string(file.text)});
    }
    const auto links = unit_links(files);
    plan.files.insert(plan.files.end(), links.begin(), links.end());
}

Result<void> add_dkms_tools(const Root& root, BakePlan& plan) {
    if (!has_program(root, "dkms")) {
        return failure("the image has no dkms",
                       "install dkms and the kernel's headers there, or --module FILE.ko");
    }
    const std::string version = NETPOLL_SHIM_VERSION;
    constexpr auto hint =
        "the image needs dkms, a compiler and the headers of its kernel; else "
        "--module FILE.ko";
    if (!root.has_directory("var/lib/dkms/netpoll-shim/" + version)) {
        plan.tools.push_back({{"dkms", "add", "-m", "netpoll-shim", "-v", version}, hint});
    }
    for (const KernelPlan& kernel : plan.kernels) {
        if (kernel.by_dkms) {
            plan.tools.push_back(
                {{"dkms", "install", "-m", "netpoll-shim", "-v", version, "-k", kernel.release},
                 hint});
        }
    }
    return {};
}

Result<void> add_tools(const Root& root, const BakeOptions& options, BakePlan& plan) {
    plan.tools.push_back(
        {{fmt::format("/{}", command_path), "--version"},
         "the command must run in the image: make static, and --command build/static/netpoll-shim "
         "(or run that one)"});
    const bool by_dkms = std::any_of(plan.kernels.begin(), plan.kernels.end(),
                                     [](const KernelPlan& kernel) { return kernel.by_dkms; });
    if (by_dkms) {
        if (auto added = add_dkms_tools(root, plan); !added) {
            return added;
        }
    }
    for (const std::string& release : plan.releases()) {
        auto depmod = depmod_tool(root, release);
        if (!depmod) {
            return tl::unexpected<Error>(std::move(depmod).error());
        }
        plan.tools.push_back(*std::move(depmod));
    }
    for (const std::string& release : plan.releases()) {
        std::string note = "initramfs left as it is: " + release;
        if (auto tool = options.no_initramfs ? std::nullopt : initramfs_tool(root, release, note)) {
            plan.tools.push_back(*std::move(tool));
        } else {
            plan.notes.push_back(note);
        }
    }
    return {};
}

}  // namespace

std::vector<std::string> BakePlan::releases() const {
    std::vector<std::string> releases;
    for (const KernelPlan& kernel : kernels) {
        if (kernel.needs_module) {
            releases.push_back(kernel.release);
        }
    }
    return releases;
}

bool BakePlan::is_done() const {
    return std::all_of(files.begin(), files.end(),
                       [](const PlannedFile& file) {
                           return file.state == PlannedFile::State::ours ||
                                  file.state == PlannedFile::State::there;
                       }) &&
           std::none_of(kernels.begin(), kernels.end(),
                        [](const KernelPlan& kernel) { return kernel.by_dkms; });
}

std::string words_of(const ImageTool& tool) {
    return fmt::format("{}", fmt::join(tool.arguments, " "));
}

Result<BakePlan> make_plan(const Root& root, const BakeOptions& options,
                           const ShippedDatabase& shipped, const std::optional<Manifest>& earlier) {
    const auto image = image_database(root, options.database, shipped);
    if (!image) {
        return tl::unexpected<Error>(image.error());
    }
    const Database& database = image->database;
    auto report = check_image(check_options(options), database);
    if (!report) {
        return tl::unexpected<Error>(std::move(report).error());
    }
    BakePlan plan;
    plan.database_warnings = image->warnings;
    plan.judged = std::move(report->kernels);
    if (auto objection = find_objection(plan.judged); objection && !options.force) {
        return tl::unexpected<Error>(*std::move(objection));
    }
    if (auto added = add_modules(root, options, database, earlier, plan); !added) {
        return tl::unexpected<Error>(std::move(added).error());
    }
    if (plan.releases().empty()) {
        return plan;
    }
    plan.files.insert(plan.files.end(), image->files.begin(), image->files.end());
    if (auto policy = policy_file(plan.judged, database, image->besides_shipped, options.force)) {
        plan.files.push_back(*std::move(policy));
    }
    add_boot_files(plan);
    auto done = add_dkms_source(root, options, plan)
                    .and_then([&] { return add_command(options, plan); })
                    .and_then([&] { return find_states(root, earlier, plan.files); })
                    .and_then([&] { return add_tools(root, options, plan); });
    if (!done) {
        return tl::unexpected<Error>(std::move(done).error());
    }
    return plan;
}

}  // namespace netpoll_shim
