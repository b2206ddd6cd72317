// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/check_image.hpp"

#include <fmt/format.h>

#include "database/lookup.hpp"
#include "evaluate/evaluate.hpp"
#include "facts/shim.hpp"

namespace netpoll_shim {

namespace {

Result<ImageQuery> make_query(const CheckImageOptions& options) {
    ImageQuery query;
    query.release = options.kernel;
    query.all_drivers = options.all_drivers;
    query.modaliases = ec2_modaliases();
    for (const std::string& text : options.modaliases) {
        auto modalias = parse_modalias(text);
        if (!modalias) {
            return tl::unexpected<Error>(std::move(modalias).error());
        }
        query.modaliases.push_back(*std::move(modalias));
    }
    if (options.module_file) {
        auto file = read_named_shim(*options.module_file);
        if (!file) {
            return tl::unexpected<Error>(std::move(file).error());
        }
        query.shim_file = *std::move(file);
    }
    return query;
}

// Files tell the module's name; verdicts and policies go by the bus driver's.
void name_bus_driver(DeviceFacts& device, const std::string& release, const Database& database) {
    if (!device.module) {
        return;
    }
    const std::string& module = device.module->name;
    const auto upstream = upstream_version(release);
    if (const Driver* driver = find_driver_by_module(
            database, module, upstream ? std::optional(*upstream) : std::nullopt);
        driver != nullptr && driver->name != module) {
        device.driver = Fact<std::string>{driver->name,
                                          fmt::format("drivers-db/drivers/{}.toml", driver->name)};
    }
}

JudgedKernel judge(ImageKernel kernel, const Database& database) {
    JudgedKernel judged;
    for (ImageDriver& driver : kernel.drivers) {
        name_bus_driver(driver.device, kernel.facts.release, database);
        judged.verdicts.push_back(evaluate(kernel.facts, driver.device, kernel.shim, database));
    }
    judged.kernel = std::move(kernel);
    return judged;
}

}  // namespace

Result<CheckImageReport> check_image(const CheckImageOptions& options, const Database& database) {
    const auto query = make_query(options);
    if (!query) {
        return tl::unexpected<Error>(query.error());
    }
    const auto root = Root::open(options.root);
    if (!root) {
        return tl::unexpected<Error>(root.error());
    }
    auto facts = gather_image(*root, *query);
    if (!facts) {
        return tl::unexpected<Error>(std::move(facts).error());
    }

    CheckImageReport report;
    report.root = options.root;
    report.explain = options.explain;
    report.distribution = facts->distribution;
    report.leftover = facts->leftover;
    std::vector<Verdict> verdicts;
    for (ImageKernel& kernel : facts->kernels) {
        report.kernels.push_back(judge(std::move(kernel), database));
        const auto& of_kernel = report.kernels.back().verdicts;
        verdicts.insert(verdicts.end(), of_kernel.begin(), of_kernel.end());
    }
    report.exit_code = summarize(verdicts);
    return report;
}

}  // namespace netpoll_shim
