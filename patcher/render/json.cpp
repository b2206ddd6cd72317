// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/json.hpp"

#include "render/json_parts.hpp"
#include "render/words.hpp"

namespace netpoll_shim {

namespace {

template <typename T>
Json maybe(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

template <typename T>
Json fact(const MaybeFact<T>& value) {
    if (!value) {
        return {};
    }
    return {{"value", value->value}, {"source", value->source}};
}

Json hook_demand(const MaybeFact<HookDemand>& demand) {
    if (!demand) {
        return {};
    }
    return {{"value", word(demand->value)}, {"source", demand->source}};
}

Json netconsole(const MaybeFact<BuildKind>& kind) {
    if (!kind) {
        return {};
    }
    return {{"value", word(kind->value)}, {"source", kind->source}};
}

Json to_json(const DriverObject& object) {
    return {{"hook", fact(object.hook)},
            {"netpoll_setup", fact(object.netpoll_setup)},
            {"undecided", object.undecided}};
}

Json to_json(const LiveOps& live) {
    return {{"hook", maybe(live.hook)},
            {"disable_netpoll", live.disable_netpoll},
            {"napi_count", live.napi_count},
            {"source", live.source}};
}

}  // namespace

Json to_json(const KernelFacts& kernel) {
    return {{"release", kernel.release},
            {"machine", kernel.machine},
            {"distribution", fact(kernel.distribution)},
            {"hook", hook_demand(kernel.hook_demand)},
            {"netconsole", netconsole(kernel.netconsole)},
            {"sig_enforce", fact(kernel.sig_enforce)},
            {"lockdown", fact(kernel.lockdown)},
            {"modules_disabled", fact(kernel.modules_disabled)},
            {"contradictions", kernel.contradictions},
            {"telling_nothing", kernel.telling_nothing}};
}

namespace {

Json to_json(const LoadedShim& loaded) {
    return {{"version", loaded.version},
            {"policy", loaded.policy},
            {"dry_run", loaded.dry_run},
            {"refcnt", maybe(loaded.refcnt)}};
}

Json to_json(const std::optional<SymbolFit>& symbols) {
    if (!symbols) {
        return {};
    }
    return {{"missing", symbols->missing},
            {"crc_differs", symbols->crc_differs},
            {"unchecked", symbols->unchecked},
            {"source", symbols->source}};
}

Json to_json(const ShimFile& file) {
    return {{"path", file.path},
            {"version", file.version},
            {"vermagic", file.vermagic},
            {"vermagic_fit", word(file.fit)},
            {"expected_vermagic", file.expected_vermagic},
            {"ndo_poll_controller_offset", maybe(file.ndo_poll_controller_offset)},
            {"net_device_ops_size", maybe(file.net_device_ops_size)},
            {"signed", file.is_signed},
            {"symbols", to_json(file.symbols)},
            {"fits", file.fits()}};
}

}  // namespace

Json to_json(const ShimFacts& shim) {
    return {{"loaded", shim.loaded ? to_json(*shim.loaded) : Json()},
            {"file", shim.file ? to_json(*shim.file) : Json()},
            {"searched", shim.searched},
            {"unreadable", shim.unreadable}};
}

namespace {

Json to_json(const std::optional<DriverModule>& module) {
    if (!module) {
        return {};
    }
    return {{"name", module->name},
            {"version", fact(module->version)},
            {"srcversion", fact(module->srcversion)},
            {"in_tree", fact(module->in_tree)},
            {"vermagic", fact(module->vermagic)},
            {"path", maybe(module->path)},
            {"built_in", module->is_built_in},
            {"file_differs", module->file_differs},
            {"signed", fact(module->is_signed)},
            {"object", module->object ? to_json(*module->object) : Json()}};
}

Json to_json(const std::optional<EthtoolInfo>& info) {
    if (!info) {
        return {};
    }
    return {{"driver", info->driver}, {"version", info->version}, {"bus_info", info->bus_info}};
}

Json to_json(const std::optional<ServedFacts>& served) {
    if (!served) {
        return {};
    }
    Json counters = Json::object();
    for (const ShimCounter& counter : served->counters) {
        counters[counter.name] = counter.value;
    }
    return {{"mode", served->mode.value},
            {"source", served->mode.source},
            {"ready", maybe(served->ready)},
            {"counters", std::move(counters)}};
}

Json to_json(const DeviceFacts& device) {
    return {{"interface", device.name},
            {"up", device.up},
            {"driver", fact(device.driver)},
            {"bus_address", maybe(device.bus_address)},
            {"ethtool", to_json(device.ethtool)},
            {"module", to_json(device.module)},
            {"live_ops", device.live_ops ? to_json(*device.live_ops) : Json()},
            {"link_kind", fact(device.link_kind)},
            {"lower", device.lower_names},
            {"served", to_json(device.served)}};
}

Json to_json(const Verdict& verdict) {
    Json reasons = Json::array();
    for (const Statement& reason : verdict.reasons) {
        reasons.push_back({{"text", reason.text}, {"source", reason.source}});
    }
    Json chain = Json::array();
    for (const ChainLink& link : verdict.chain) {
        chain.push_back({{"question", word(link.question)},
                         {"standing", word(link.standing)},
                         {"evidence", word(link.evidence)},
                         {"text", link.statement.text},
                         {"source", link.statement.source}});
    }
    const auto rests_on = verdict.rests_on();
    return {{"interface", verdict.interface},
            {"driver", verdict.driver},
            {"driver_version", verdict.driver_version},
            {"verdict", word(verdict.kind)},
            {"mode", verdict.mode ? Json(mode_name(*verdict.mode)) : Json()},
            {"state", word(verdict.service)},
            {"rests_on", rests_on ? Json(word(*rests_on)) : Json()},
            {"forceable", verdict.forceable},
            {"reasons", std::move(reasons)},
            {"chain", std::move(chain)},
            {"contradictions", verdict.contradictions},
            {"remedies", verdict.remedies},
            {"alternatives", verdict.alternatives}};
}

}  // namespace

Json fact_json(const MaybeFact<std::string>& value) {
    return fact(value);
}

Json judged_device(const DeviceFacts& device, const Verdict& verdict) {
    Json json = to_json(verdict);
    json["facts"] = to_json(device);
    return json;
}

namespace {

Json judged_devices(const Survey& survey) {
    Json devices = Json::array();
    for (std::size_t i = 0; i < survey.verdicts.size(); i++) {
        devices.push_back(judged_device(survey.devices[i], survey.verdicts[i]));
    }
    return devices;
}

Json to_json(const std::optional<DryRunReport>& report) {
    if (!report) {
        return {};
    }
    return {{"made", report->made}, {"problem", report->problem}};
}

Json to_json(const Error& error) {
    return {{"message", error.message},
            {"hint", error.hint},
            {"exit_code", static_cast<int>(error.exit_code)}};
}

}  // namespace

// Names from the host may hold any byte; a document that cannot be parsed would help nobody.
std::string document(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_json(const CheckReport& report) {
    return document({{"schema", schema},
                     {"kernel", to_json(report.survey.kernel)},
                     {"shim", to_json(report.survey.shim)},
                     {"dry_run", to_json(report.survey.dry_run)},
                     {"needs_root", report.survey.needs_root},
                     {"database_warnings", report.survey.database_warnings},
                     {"devices", judged_devices(report.survey)},
                     {"exit_code", static_cast<int>(report.exit_code)}});
}

std::string render_json(const LoadReport& report) {
    return document({{"schema", schema},
                     {"outcome", word(report.outcome)},
                     {"policy", report.policy},
                     {"why", report.why},
                     {"kernel", to_json(report.survey.kernel)},
                     {"shim", to_json(report.survey.shim)},
                     {"dry_run", to_json(report.survey.dry_run)},
                     {"database_warnings", report.survey.database_warnings},
                     {"devices", judged_devices(report.survey)},
                     {"error", report.problem ? to_json(*report.problem) : Json()},
                     {"exit_code", static_cast<int>(report.exit_code)}});
}

std::string render_json(const UnloadReport& report) {
    return document({{"schema", schema},
                     {"outcome", report.was_loaded ? "unloaded" : "not-loaded"},
                     {"exit_code", static_cast<int>(ExitCode::done)}});
}

namespace {

Json to_json(const NotLoaded& report) {
    Json obstacles = Json::array();
    for (const Error& obstacle : report.obstacles) {
        obstacles.push_back(to_json(obstacle));
    }
    return {{"needed_by", report.needed_by},
            {"policy", report.policy},
            {"why_not_needed", report.why_not_needed},
            {"obstacles", std::move(obstacles)},
            {"hint", report.hint},
            {"kernel", to_json(report.survey.kernel)},
            {"shim", to_json(report.survey.shim)},
            {"needs_root", report.survey.needs_root},
            {"devices", judged_devices(report.survey)}};
}

}  // namespace

std::string render_json(const StatusReport& report) {
    Json devices = Json::array();
    for (const DeviceFacts& device : report.devices) {
        devices.push_back(to_json(device));
    }
    return document({{"schema", schema},
                     {"loaded", report.loaded ? to_json(*report.loaded) : Json()},
                     {"devices", std::move(devices)},
                     {"not_loaded", report.not_loaded ? to_json(*report.not_loaded) : Json()},
                     {"database_warnings", report.database_warnings},
                     {"exit_code", static_cast<int>(report.exit_code)}});
}

std::string render_json(const Error& error) {
    return document({{"schema", schema}, {"error", to_json(error)}});
}

}  // namespace netpoll_shim
