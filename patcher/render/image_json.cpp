// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/json.hpp"
#include "render/json_parts.hpp"

namespace netpoll_shim {

namespace {

Json judged_kernel(const JudgedKernel& judged) {
    const ImageKernel& kernel = judged.kernel;
    Json json = to_json(kernel.facts);
    json["shim"] = to_json(kernel.shim);
    Json drivers = Json::array();
    for (std::size_t i = 0; i < judged.verdicts.size(); i++) {
        Json driver = judged_device(kernel.drivers[i].device, judged.verdicts[i]);
        driver["binds"] = kernel.drivers[i].binds;
        drivers.push_back(std::move(driver));
    }
    json["drivers"] = std::move(drivers);
    json["unbound"] = kernel.unbound;
    json["notes"] = kernel.notes;
    return json;
}

}  // namespace

std::string render_json(const CheckImageReport& report) {
    Json kernels = Json::array();
    for (const JudgedKernel& judged : report.kernels) {
        kernels.push_back(judged_kernel(judged));
    }
    return document({{"schema", schema},
                     {"root", report.root},
                     {"distribution", fact_json(report.distribution)},
                     {"kernels", std::move(kernels)},
                     {"leftover", report.leftover},
                     {"database_warnings", report.database_warnings},
                     {"exit_code", static_cast<int>(report.exit_code)}});
}

}  // namespace netpoll_shim
